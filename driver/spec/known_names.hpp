// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diwan {

/// How to mend a name that is none of `names`: `did you mean X?` where one is near, else
/// what there is: `known are A, B, C`.
std::string known_names(std::string_view word, const std::vector<std::string>& names);

/// `a, b or c`.
std::string alternatives(const std::vector<std::string>& names);

}  // namespace diwan
