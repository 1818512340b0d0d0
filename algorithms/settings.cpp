// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/settings.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "algorithms/space/spelling.hpp"

namespace diwan {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) {
    return {};
  }
  text = text.substr(first, text.find_last_not_of(blanks) - first + 1);
  return text.size() > 1 && text[0] == '+' && text[1] != '-' ? text.substr(1) : text;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  text = trimmed(text);
  Number value{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = problem == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

bool within(const SettingRule& rule, double value) {
  return (!rule.above || value > *rule.above) && (!rule.at_least || value >= *rule.at_least) &&
         (!rule.below || value < *rule.below) && (!rule.at_most || value <= *rule.at_most);
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

SettingProblem problem(std::string what, std::string mend) {
  return {.setting = std::nullopt, .what = std::move(what), .mend = std::move(mend)};
}

}  // namespace

std::optional<SettingProblem> violation(const SettingRule& rule, std::string_view text) {
  const std::string given = rule.info.name + " (" + std::string(text) + ")";
  if (rule.none_allowed && text == "None") {
    return std::nullopt;
  }
  if (rule.type == SettingRule::Type::text) {
    return trimmed(text).empty()
               ? std::optional(problem(rule.info.name + " is empty", "give " + rule.info.range))
               : std::nullopt;
  }
  if (rule.type == SettingRule::Type::choice) {
    if (std::find(rule.choices.begin(), rule.choices.end(), text) != rule.choices.end()) {
      return std::nullopt;
    }
    const std::optional<std::string> near = nearest_name(text, rule.choices);
    return problem(given + " is none of " + joined(rule.choices),
                   near ? "did you mean " + *near + "?" : "choose one of them");
  }
  const bool whole = rule.type == SettingRule::Type::integer;
  std::optional<double> value = real_of(text);
  const bool digits = trimmed(text).find_first_not_of("-0123456789") == std::string_view::npos;
  if (value && whole && digits && !integer_of(text)) {
    return *value > 0 ? problem(given + " is above 2^63 - 1", "give a smaller number")
                      : problem(given + " is below -2^63", "give a larger number");
  }
  if (!value || (whole && !integer_of(text))) {
    return problem(given + " is not " + (whole ? "a whole number" : "a number"),
                   "give " + rule.info.range);
  }
  if (rule.type == SettingRule::Type::truncated_integer) {
    value = std::trunc(*value);
  }
  if (!within(rule, *value)) {
    return problem(given + " is out of range", "give " + rule.info.range);
  }
  return std::nullopt;
}

std::optional<std::int64_t> integer_of(std::string_view text) {
  return number_of<std::int64_t>(text);
}

std::optional<double> real_of(std::string_view text) {
  const std::optional<double> value = number_of<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::string> setting(const Settings& settings, std::string_view name) {
  const auto found = std::find_if(settings.rbegin(), settings.rend(),
                                  [name](const auto& entry) { return entry.first == name; });
  return found == settings.rend() ? std::nullopt : std::optional(found->second);
}

std::optional<std::int64_t> integer_setting(const Settings& settings, std::string_view name) {
  const std::optional<std::string> text = setting(settings, name);
  return text ? integer_of(*text) : std::nullopt;
}

std::optional<double> real_setting(const Settings& settings, std::string_view name) {
  const std::optional<std::string> text = setting(settings, name);
  return text ? real_of(*text) : std::nullopt;
}

}  // namespace diwan
