// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

#include "driver/spec/yaml_node.hpp"

namespace diwan::yaml {

/// The node as a YAML document in block style, without comments; reads back as the same node.
std::string to_yaml(const Node& node);

/// The node as compact JSON, as Kubernetes reads the YAML: `0644` is octal; infinities and NaN,
/// which JSON has not, are texts.
std::string to_json(const Node& node);

}  // namespace diwan::yaml
