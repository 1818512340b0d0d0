// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/json_collector.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <variant>

#include <nlohmann/json.hpp>

#include "collectors/number.hpp"
#include "collectors/observed.hpp"
#include "collectors/skip_count.hpp"
#include "collectors/terminal_text.hpp"
#include "collectors/timestamp.hpp"

namespace diwan {
namespace {

using Json = nlohmann::json;

// A value of the outermost object; other is a bool, null, array or object.
struct Other {};
using Value = std::variant<Other, double, std::int64_t, std::string>;

// What one line's object says of the metrics, filled by the parser's calls.
class MetricsObject {
 public:
  explicit MetricsObject(const MetricNames& metrics)
      : metrics_(&metrics), values_(metrics.size()) {}

  const std::vector<std::optional<Value>>& values() const { return values_; }
  const std::optional<Value>& step() const { return step_; }
  const std::optional<Value>& timestamp() const { return timestamp_; }
  bool is_object() const { return is_object_; }

  // The calls of nlohmann::json_sax; false would end the parse.
  bool null() { return take(Other{}); }
  bool boolean(bool /*value*/) { return take(Other{}); }
  bool number_integer(std::int64_t value) { return take(value); }
  bool number_unsigned(std::uint64_t value) {
    if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return take(static_cast<std::int64_t>(value));
    }
    return take(static_cast<double>(value));
  }
  bool number_float(double value, const std::string& /*text*/) { return take(value); }
  bool string(std::string& value) { return take(std::move(value)); }
  bool binary(Json::binary_t& /*value*/) { return take(Other{}); }
  bool start_object(std::size_t /*size*/) {
    is_object_ = is_object_ || depth_ == 0;
    return open();
  }
  bool key(std::string& name) {
    if (depth_ == 1) {
      key_ = std::move(name);
    }
    return true;
  }
  bool end_object() { return close(); }
  bool start_array(std::size_t /*size*/) { return open(); }
  bool end_array() { return close(); }
  static bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                          const Json::exception& /*error*/) {
    return false;
  }

 private:
  bool open() {
    take(Other{});
    ++depth_;
    return true;
  }

  bool close() {
    --depth_;
    return true;
  }

  bool take(Value value) {
    if (depth_ != 1 || !is_object_) {
      return true;
    }
    if (key_ == "step") {
      step_ = value;
    } else if (key_ == "timestamp") {
      timestamp_ = value;
    }
    if (const auto metric = metrics_->find(key_)) {
      values_[*metric] = std::move(value);
    }
    return true;
  }

  const MetricNames* metrics_;
  std::vector<std::optional<Value>> values_;
  std::optional<Value> step_;
  std::optional<Value> timestamp_;
  std::string key_;
  std::size_t depth_ = 0;
  bool is_object_ = false;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Python writes non-finite numbers bare, which is not JSON: between quotes they are texts that
// spell numbers.
std::string with_quoted_constants(std::string_view line) {
  std::string quoted;
  quoted.reserve(line.size() + 16);
  bool in_text = false;
  for (std::size_t at = 0; at < line.size();) {
    if (in_text || (line[at] != '-' && !is_letter(line[at]))) {
      const std::size_t length = in_text && line[at] == '\\' && at + 1 < line.size() ? 2 : 1;
      in_text = in_text != (line[at] == '"');
      quoted.append(line, at, length);
      at += length;
      continue;
    }
    std::size_t end = at + 1;
    while (end < line.size() && is_letter(line[end])) {
      ++end;
    }
    const std::string_view word = line.substr(at, end - at);
    if (word == "NaN" || word == "-NaN" || word == "Infinity" || word == "-Infinity") {
      quoted.append(1, '"').append(word).append(1, '"');
    } else {
      quoted.append(word);
    }
    at = end;
  }
  return quoted;
}

std::optional<MetricsObject> parse(std::string_view line, const MetricNames& metrics) {
  MetricsObject object(metrics);
  if (!Json::sax_parse(line.begin(), line.end(), &object) || !object.is_object()) {
    return std::nullopt;
  }
  return object;
}

std::optional<double> number_in(const std::optional<Value>& value) {
  if (!value) {
    return std::nullopt;
  }
  if (const auto* const real = std::get_if<double>(&*value)) {
    return *real;
  }
  if (const auto* const integer = std::get_if<std::int64_t>(&*value)) {
    return static_cast<double>(*integer);
  }
  const auto* const text = std::get_if<std::string>(&*value);
  return text == nullptr ? std::nullopt : parse_number(*text);
}

std::optional<std::int64_t> step_of(const MetricsObject& object) {
  if (object.step()) {
    if (const auto* const integer = std::get_if<std::int64_t>(&*object.step())) {
      return *integer;
    }
  }
  constexpr double exact = 9'007'199'254'740'992.0;  // 2^53: whole numbers are exact up to here
  const auto step = number_in(object.step());
  if (!step || !(std::abs(*step) <= exact) || std::trunc(*step) != *step) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*step);
}

std::optional<Time> time_of(const MetricsObject& object) {
  if (!object.timestamp()) {
    return std::nullopt;
  }
  if (const auto* const text = std::get_if<std::string>(&*object.timestamp())) {
    if (const auto time = parse_rfc3339(*text)) {
      return time;
    }
  }
  const auto seconds = number_in(object.timestamp());
  return seconds ? from_unix_seconds(*seconds) : std::nullopt;
}

// The metric's observation without step and time, or nothing for a value that is none.
std::optional<Observation> observation_of(std::uint32_t metric, const Value& value,
                                          JsonCollector::Text text_is) {
  if (const auto number = number_in(value)) {
    return observed_number(metric, *number);
  }
  const auto* const text = std::get_if<std::string>(&value);
  const bool observed = text != nullptr && text_is == JsonCollector::Text::is_observed;
  return observed ? observed_text(metric, *text) : std::nullopt;
}

}  // namespace

std::vector<Observation> JsonCollector::feed(std::string_view bytes) {
  std::vector<Observation> found;
  lines_.feed(bytes, [&](std::string_view line, bool whole) { read(line, whole, found); });
  return found;
}

std::vector<Observation> JsonCollector::finish() {
  std::vector<Observation> found;
  lines_.finish([&](std::string_view line, bool whole) { read(line, whole, found); });
  return found;
}

void JsonCollector::read(std::string_view line, bool whole, std::vector<Observation>& found) {
  if (whole && line.find_first_not_of(" \t") == std::string_view::npos) {
    return;
  }
  const std::string_view text = without_escape_sequences(line, scratch_);
  auto object = whole ? parse(text, metrics_) : std::nullopt;
  if (whole && !object && text.find_first_of("NI") != std::string_view::npos) {
    object = parse(with_quoted_constants(text), metrics_);
  }
  if (!object) {
    count_skipped(skipped_, text);
    return;
  }
  const auto step = step_of(*object);
  const auto time = time_of(*object);
  bool unusable = false;
  for (std::uint32_t metric = 0; metric < object->values().size(); ++metric) {
    const auto& value = object->values()[metric];
    if (!value) {
      continue;
    }
    if (auto observation = observation_of(metric, *value, text_)) {
      observation->step = step;
      observation->time = time;
      found.push_back(std::move(*observation));
    } else {
      unusable = true;
    }
  }
  if (unusable) {
    count_skipped(skipped_, text);
  }
}

}  // namespace diwan
