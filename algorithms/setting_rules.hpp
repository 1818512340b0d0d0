// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "algorithms/settings.hpp"

/// The kinds of settings that algorithms have, for their catalog entries.
namespace diwan::setting_rule {

/// Name, default and meaning of a setting.
struct Words {
  const char* name;
  const char* default_value;
  const char* help;
};

/// A rule without bounds; the ones below add theirs.
SettingRule plain(const Words& words, SettingRule::Type type, const char* shown_type,
                  const char* range);
SettingRule any_integer(const Words& words);
SettingRule natural(const Words& words);  ///< x >= 0
SettingRule positive_integer(const Words& words);
SettingRule integer_within(const Words& words, std::int64_t least, std::int64_t most);
SettingRule any_real(const Words& words);
SettingRule positive(const Words& words);
SettingRule not_negative(const Words& words);
SettingRule open_fraction(const Words& words);      ///< 0 < x < 1
SettingRule fraction(const Words& words);           ///< 0 <= x <= 1
SettingRule positive_fraction(const Words& words);  ///< 0 < x <= 1
SettingRule one_of(const Words& words, std::vector<std::string> choices);
SettingRule random_state();  ///< the seed, which every algorithm takes

/// The same rule for a setting that a file must give.
SettingRule required(SettingRule rule);
/// The same rule, and the text None switches the matter off.
SettingRule or_none(SettingRule rule);

}  // namespace diwan::setting_rule
