// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/exposition.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>

#include "collectors/number.hpp"
#include "collectors/numbered_names.hpp"
#include "collectors/terminal_text.hpp"
#include "collectors/timestamp.hpp"

namespace diwan {
namespace {

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

bool continues_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

/// Takes the parts of a line off its front; each says whether there was one.
class Scan {
 public:
  explicit Scan(std::string_view line) : rest_(line) {}

  std::string_view rest() const { return rest_; }
  bool at_end() const { return rest_.empty(); }

  void pass_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
  }

  bool take(char wanted) {
    const bool there = !rest_.empty() && rest_.front() == wanted;
    rest_.remove_prefix(there ? 1 : 0);
    return there;
  }

  std::string_view word() {
    const std::string_view word = rest_.substr(0, rest_.find_first_of(" \t"));
    rest_.remove_prefix(word.size());
    return word;
  }

  std::optional<std::string> name() {
    if (rest_.empty() || !begins_name(rest_.front())) {
      return std::nullopt;
    }
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), continues_name);
    std::string name(rest_.begin(), end);
    rest_.remove_prefix(name.size());
    return name;
  }

  /// Text between quotes, in which a backslash comes before a quote, a backslash and, as n, a new
  /// line.
  std::optional<std::string> quoted() {
    if (!take('"')) {
      return std::nullopt;
    }
    std::string text;
    for (std::size_t at = 0; at < rest_.size(); ++at) {
      const char c = rest_[at];
      if (c == '"') {
        rest_.remove_prefix(at + 1);
        return text;
      }
      const char next = c == '\\' && at + 1 < rest_.size() ? rest_[at + 1] : '\0';
      const bool escaped = next == '"' || next == '\\' || next == 'n';
      text += !escaped ? c : next == 'n' ? '\n' : next;
      at += escaped ? 1 : 0;
    }
    return std::nullopt;
  }

 private:
  std::string_view rest_;
};

/// What stands between braces after the first one: labels, and first of them perhaps a quoted name.
bool read_labels(Scan& scan, Series& series) {
  for (scan.pass_blanks(); !scan.take('}'); scan.pass_blanks()) {
    const bool is_quoted = !scan.rest().empty() && scan.rest().front() == '"';
    std::optional<std::string> name = is_quoted ? scan.quoted() : scan.name();
    if (!name) {
      return false;
    }
    scan.pass_blanks();
    if (scan.take('=')) {
      scan.pass_blanks();
      std::optional<std::string> value = scan.quoted();
      if (!value) {
        return false;
      }
      series.labels.emplace_back(*std::move(name), *std::move(value));
      scan.pass_blanks();
    } else if (is_quoted && series.name.empty() && series.labels.empty()) {
      series.name = *std::move(name);
    } else {
      return false;
    }
    if (!scan.take(',') && (scan.rest().empty() || scan.rest().front() != '}')) {
      return false;
    }
  }
  return true;
}

std::optional<Series> read_series(Scan& scan) {
  Series series;
  series.name = scan.name().value_or("");
  const std::string_view after_name = scan.rest();
  scan.pass_blanks();
  if (scan.take('{')) {
    if (!read_labels(scan, series)) {
      return std::nullopt;
    }
  } else {
    scan = Scan(after_name);
  }
  auto& labels = series.labels;
  std::sort(labels.begin(), labels.end());
  const bool twice =
      std::adjacent_find(labels.begin(), labels.end(), [](const auto& one, const auto& next) {
        return one.first == next.first;
      }) != labels.end();
  if (series.name.empty() || twice) {
    return std::nullopt;
  }
  std::erase_if(labels, [](const auto& label) { return label.second.empty(); });
  return series;
}

/// The time that a sample gives; false where the word is none.
bool read_time(std::string_view word, std::optional<Time>& time) {
  std::int64_t milliseconds = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), milliseconds);
  if (error == std::errc{} && end == word.data() + word.size()) {
    // The double only tells whether the calendar has it.
    const bool is_a_time = from_unix_seconds(static_cast<double>(milliseconds) / 1e3).has_value();
    time = is_a_time ? std::optional(Time{std::chrono::milliseconds{milliseconds}}) : std::nullopt;
    return true;
  }
  const auto seconds = parse_number(word);
  time = seconds && std::isfinite(*seconds) ? from_unix_seconds(*seconds) : std::nullopt;
  return seconds.has_value();
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    c == '\n' ? out.append("\\n") : out.append(1, c);
  }
  out += '"';
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && begins_name(name.front()) &&
         std::all_of(name.begin(), name.end(), continues_name);
}

}  // namespace

std::optional<Series> parse_series(std::string_view text) {
  Scan scan(trimmed(text));
  auto series = read_series(scan);
  return series && scan.at_end() ? series : std::nullopt;
}

std::string series_text(const Series& series) {
  const bool plain = is_plain_name(series.name);
  std::string text;
  std::string_view separator = "{";
  if (plain) {
    text = series.name;
  } else {
    text += separator;
    append_quoted(text, series.name);
    separator = ",";
  }
  for (const auto& [name, value] : series.labels) {
    text += separator;
    is_plain_name(name) ? text.append(name) : (append_quoted(text, name), text);
    text += '=';
    append_quoted(text, value);
    separator = ",";
  }
  return plain && series.labels.empty() ? text : text + "}";
}

std::optional<Sample> parse_sample(std::string_view line) {
  Scan scan(trimmed(line));
  auto series = read_series(scan);
  if (!series) {
    return std::nullopt;
  }
  scan.pass_blanks();
  const auto value = parse_number(scan.word());
  if (!value) {
    return std::nullopt;
  }
  Sample sample{.series = *std::move(series), .value = *value, .time = std::nullopt};
  scan.pass_blanks();
  const bool is_exemplar = !scan.at_end() && scan.rest().front() == '#';
  if (!scan.at_end() && !is_exemplar && !read_time(scan.word(), sample.time)) {
    return std::nullopt;
  }
  scan.pass_blanks();
  const bool ends = scan.at_end() || scan.rest().front() == '#';
  return ends ? std::optional(std::move(sample)) : std::nullopt;
}

std::string sample_line(const Series& series, double value, Time time) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const auto milliseconds =
      std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
  return series_text(series) + " " + std::string(digits.data(), end) + " " +
         std::to_string(milliseconds) + "\n";
}

std::vector<std::string> exposed_series(std::string_view text, std::string_view wanted,
                                        std::size_t most) {
  std::vector<std::string> found;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto sample = line.starts_with('#') ? std::nullopt : parse_sample(line);
    if (sample) {
      found.push_back(series_text(sample->series));
    }
  }
  return by_resemblance(std::move(found), wanted, most);
}

}  // namespace diwan
