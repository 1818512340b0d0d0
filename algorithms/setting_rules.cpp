// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/setting_rules.hpp"

#include <utility>

namespace diwan::setting_rule {

SettingRule plain(const Words& words, SettingRule::Type type, const char* shown_type,
                  const char* range) {
  SettingRule rule;
  rule.type = type;
  rule.info = {.name = words.name,
               .type = shown_type,
               .default_value = words.default_value,
               .range = range,
               .help = words.help};
  return rule;
}

SettingRule required(SettingRule rule) {
  rule.info.required = true;
  return rule;
}

SettingRule or_none(SettingRule rule) {
  rule.none_allowed = true;
  rule.info.range += ", or None";
  return rule;
}

SettingRule any_integer(const Words& words) {
  return plain(words, SettingRule::Type::integer, "int", "a whole number");
}

SettingRule natural(const Words& words) {
  SettingRule result = plain(words, SettingRule::Type::integer, "int", "x >= 0");
  result.at_least = 0;
  return result;
}

SettingRule positive_integer(const Words& words) {
  SettingRule result = plain(words, SettingRule::Type::integer, "int", "x >= 1");
  result.at_least = 1;
  return result;
}

SettingRule integer_within(const Words& words, std::int64_t least, std::int64_t most) {
  const std::string range = std::to_string(least) + " <= x <= " + std::to_string(most);
  SettingRule result = plain(words, SettingRule::Type::integer, "int", range.c_str());
  result.at_least = static_cast<double>(least);
  result.at_most = static_cast<double>(most);
  return result;
}

SettingRule any_real(const Words& words) {
  return plain(words, SettingRule::Type::real, "float", "a number");
}

SettingRule positive(const Words& words) {
  SettingRule result = plain(words, SettingRule::Type::real, "float", "x > 0");
  result.above = 0;
  return result;
}

SettingRule not_negative(const Words& words) {
  SettingRule result = plain(words, SettingRule::Type::real, "float", "x >= 0");
  result.at_least = 0;
  return result;
}

SettingRule open_fraction(const Words& words) {
  SettingRule result = plain(words, SettingRule::Type::real, "float", "0 < x < 1");
  result.above = 0;
  result.below = 1;
  return result;
}

SettingRule fraction(const Words& words) {
  SettingRule result = plain(words, SettingRule::Type::real, "float", "0 <= x <= 1");
  result.at_least = 0;
  result.at_most = 1;
  return result;
}

SettingRule positive_fraction(const Words& words) {
  SettingRule result = plain(words, SettingRule::Type::real, "float", "0 < x <= 1");
  result.above = 0;
  result.at_most = 1;
  return result;
}

SettingRule one_of(const Words& words, std::vector<std::string> choices) {
  std::string range;
  for (const std::string& choice : choices) {
    range += (range.empty() ? "" : ", ") + choice;
  }
  SettingRule result = plain(words, SettingRule::Type::choice, "string", range.c_str());
  result.choices = std::move(choices);
  return result;
}

SettingRule random_state() {
  return natural({"random_state", "", "seed, where neither --seed nor spec.seed is given"});
}

}  // namespace diwan::setting_rule
