// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/registry.hpp"

namespace diwan {

/// What a setting's text must be, beside what SettingInfo says of it in words.
struct SettingRule {
  enum class Type { integer, truncated_integer, real, choice, text };

  SettingInfo info;
  Type type = Type::text;
  std::optional<double> above;     ///< exclusive
  std::optional<double> at_least;  ///< inclusive
  std::optional<double> below;
  std::optional<double> at_most;
  bool none_allowed = false;         ///< the text None is valid and switches the matter off
  std::vector<std::string> choices;  ///< of a choice
};

/// What is wrong with `text` as a value of the setting, or nothing.
std::optional<SettingProblem> violation(const SettingRule& rule, std::string_view text);

/// Texts as numbers: one optional sign, surrounding blanks ignored, finite; nothing otherwise.
std::optional<std::int64_t> integer_of(std::string_view text);
std::optional<double> real_of(std::string_view text);

/// The text given for a setting, the last one where there are several.
std::optional<std::string> setting(const Settings& settings, std::string_view name);
std::optional<std::int64_t> integer_setting(const Settings& settings, std::string_view name);
std::optional<double> real_setting(const Settings& settings, std::string_view name);

}  // namespace diwan
