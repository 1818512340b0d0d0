// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/ask_tell/request.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <nlohmann/json.hpp>

#include "algorithms/space/search_space.hpp"
#include "driver/spec/known_names.hpp"

namespace diwan::ask_tell {
namespace {

using Json = nlohmann::json;

constexpr std::size_t most_at_a_time = 100'000;
constexpr std::array<std::pair<std::string_view, TrialOutcome>, 5> statuses = {
    {{"Succeeded", TrialOutcome::succeeded},
     {"Failed", TrialOutcome::failed},
     {"EarlyStopped", TrialOutcome::early_stopped},
     {"MetricsUnavailable", TrialOutcome::metrics_unavailable},
     {"Killed", TrialOutcome::killed}}};

/// The number at the beginning of a text, as long as it may be; empty where there is none.
std::string_view number_at(std::string_view text) {
  const bool begins =
      !text.empty() &&
      (text.front() == '-' || std::isdigit(static_cast<unsigned char>(text.front())) != 0);
  return begins ? text.substr(0, text.find_first_not_of("+-.0123456789eE")) : std::string_view();
}

/// Puts what the parser refuses as numbers into quotes: Python's bare NaN, Infinity and -Infinity,
/// which are no JSON, and numbers beyond the largest, which are infinite.
std::string with_quoted_numbers(std::string_view line) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> words = {
      {{"NaN", "\"nan\""}, {"-Infinity", "\"-inf\""}, {"Infinity", "\"inf\""}}};
  std::string text;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size();) {
    const auto word = std::find_if(words.begin(), words.end(), [&](const auto& w) {
      return !quoted && line.substr(i).starts_with(w.first);
    });
    if (word != words.end()) {
      text += word->second;
      i += word->first.size();
      continue;
    }
    if (const std::string number(quoted ? "" : number_at(line.substr(i))); !number.empty()) {
      const double value = std::strtod(number.c_str(), nullptr);
      text += std::isinf(value) ? (value > 0 ? "\"inf\"" : "\"-inf\"") : number;
      i += number.size();
      continue;
    }
    if (quoted && line[i] == '\\' && i + 1 < line.size()) {
      text += line[i++];
    } else if (line[i] == '"') {
      quoted = !quoted;
    }
    text += line[i++];
  }
  return text;
}

Json parse_object(std::string_view line) {
  Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded()) {
    json = Json::parse(with_quoted_numbers(line), nullptr, false);
  }
  if (!json.is_object()) {
    throw RequestError("this line is no JSON object; send one object a line");
  }
  return json;
}

/// The member, or nothing where it is absent or null.
const Json* member(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() || found->is_null() ? nullptr : &*found;
}

std::string text_of(const Json& json, const char* name, const std::string& where) {
  const Json* value = member(json, name);
  if (value == nullptr || !value->is_string()) {
    throw RequestError(where + name + (value == nullptr ? " is missing" : " is no text") +
                       "; give a text");
  }
  return value->get<std::string>();
}

std::optional<double> number_in(std::string_view text) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = !text.empty() && end == text.data() + text.size();
  return whole && error == std::errc{} ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> step_of(const Json& json, const std::string& where) {
  const Json* step = member(json, "step");
  if (step == nullptr) {
    return std::nullopt;
  }
  const double value = step->is_number() ? step->get<double>() : Assignment::inactive;
  if (!(std::fabs(value) <= 9007199254740992.0) || value != std::floor(value)) {
    throw RequestError(where + "step (" +
                       step->dump(-1, ' ', false, Json::error_handler_t::replace) +
                       ") is no whole number");
  }
  return static_cast<std::int64_t>(value);
}

GivenValue value_of(const Json& json, const std::string& where) {
  if (!json.is_object()) {
    throw RequestError(where + "an observation is an object with metric and value");
  }
  const Json* value = member(json, "value");
  GivenValue given{text_of(json, "metric", where), step_of(json, where), Assignment::inactive};
  if (value == nullptr || !(value->is_number() || value->is_string())) {
    throw RequestError(where + "value is " + (value == nullptr ? "missing" : "no number") +
                       "; give a number");
  }
  given.value = value->is_number()
                    ? value->get<double>()
                    : number_in(value->get_ref<const std::string&>()).value_or(given.value);
  return given;
}

std::vector<GivenValue> values_of(const Json& json, const std::string& where) {
  const Json* list = member(json, "observations");
  std::vector<GivenValue> values;
  if (list == nullptr) {
    return values;
  }
  if (!list->is_array()) {
    throw RequestError(where + "observations is no list");
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    values.push_back(value_of((*list)[i], where + "observations[" + std::to_string(i) + "]: "));
  }
  return values;
}

TrialOutcome status_of(const Json& json, const std::string& where) {
  const std::string status = text_of(json, "status", where);
  const auto known = std::find_if(statuses.begin(), statuses.end(),
                                  [&](const auto& s) { return s.first == status; });
  if (known == statuses.end()) {
    throw RequestError(where + "status (" + status +
                       ") is none of Succeeded, Failed, EarlyStopped, MetricsUnavailable, Killed");
  }
  return known->second;
}

AskRequest ask_of(const Json& json) {
  const Json* count = member(json, "count");
  if (count == nullptr) {
    return {};
  }
  const bool whole = count->is_number_unsigned() && *count >= 1U && *count <= most_at_a_time;
  if (!whole) {
    throw RequestError("ask: count (" +
                       count->dump(-1, ' ', false, Json::error_handler_t::replace) +
                       ") is no whole number from 1 to " + std::to_string(most_at_a_time));
  }
  return {count->get<std::size_t>()};
}

std::string assignment_text(const Json& value, const std::string& where) {
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (value.is_number_integer()) {
    return value.dump();
  }
  if (value.is_number()) {
    return shortest(value.get<double>());
  }
  throw RequestError(where + "is neither number nor text");
}

HistoryRequest::Item item_of(const Json& json, const std::string& where) {
  const Json* assignments = json.is_object() ? member(json, "assignments") : nullptr;
  if (assignments == nullptr || !assignments->is_object()) {
    throw RequestError(where + "assignments is missing; give an object of parameters");
  }
  HistoryRequest::Item item;
  for (const auto& [name, value] : assignments->items()) {
    if (!value.is_null()) {
      item.assignments.emplace_back(name,
                                    assignment_text(value, where + "assignments." + name + " "));
    }
  }
  item.status = status_of(json, where);
  item.values = values_of(json, where);
  return item;
}

HistoryRequest history_of(const Json& json) {
  const Json* trials = member(json, "trials");
  if (trials == nullptr || !trials->is_array()) {
    throw RequestError("history: trials is missing; give a list");
  }
  HistoryRequest request;
  for (std::size_t i = 0; i < trials->size(); ++i) {
    request.items.push_back(item_of((*trials)[i], "history: trials[" + std::to_string(i) + "]: "));
  }
  return request;
}

}  // namespace

Request parse_request(std::string_view line) {
  const Json json = parse_object(line);
  const std::string op = text_of(json, "op", "");
  if (op == "ask") {
    return ask_of(json);
  }
  if (op == "tell") {
    return TellRequest{text_of(json, "trial", "tell: "), status_of(json, "tell: "),
                       values_of(json, "tell: ")};
  }
  if (op == "history") {
    return history_of(json);
  }
  if (op == "report") {
    return ReportRequest{text_of(json, "trial", "report: "), value_of(json, "report: ")};
  }
  if (op == "best") {
    return BestRequest{};
  }
  throw RequestError("op (" + op + ") is no operation; " +
                     known_names(op, {"ask", "tell", "history", "report", "best"}));
}

}  // namespace diwan::ask_tell
