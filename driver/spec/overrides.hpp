// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "driver/spec/field.hpp"
#include "driver/spec/yaml_node.hpp"

namespace diwan {

/// Puts the value of each `--set PATH=VALUE` into the experiment, below `spec`. A path is names
/// with dots between (`\.` for a dot in a name); items of a list by index, or by their `name`; what
/// is missing is made. The nodes made carry the override's number as their place.
void apply_overrides(const std::vector<std::pair<std::string, std::string>>& overrides,
                     yaml::Node& experiment, Findings& findings);

}  // namespace diwan
