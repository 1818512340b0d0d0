// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "driver/spec/yaml_node.hpp"

namespace diwan::yaml {

/// What is wrong with the YAML itself. `path` is the field's path as far as it is known.
struct Flaw {
  Mark mark;
  std::string path;
  std::string message;
};

/// The documents of a text, and what is wrong with it.
struct Documents {
  std::vector<Node> nodes;
  std::vector<Flaw> flaws;  ///< keys given twice and the like; the nodes are usable all the same
  bool broken = false;      ///< the text is no YAML, or beyond the limits: the last flaw says why
};

/// Larger texts, deeper trees and trees of more nodes (aliases copied in) are refused, so that no
/// input exhausts the memory or the stack. A Kubernetes object is at most 1.5 MiB.
inline constexpr std::size_t largest_text_bytes = 4U << 20U;
inline constexpr std::size_t deepest_level = 100;
inline constexpr std::size_t most_nodes = 250'000;

/// Reads every document of a YAML text: duplicate keys are flaws, merge keys are resolved (a map's
/// own keys first, then the merged maps in order), aliases are copied in. Never throws on what the
/// text is.
Documents read_documents(std::string_view text);

}  // namespace diwan::yaml
