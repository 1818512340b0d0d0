// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "algorithms/space/assignment.hpp"
#include "algorithms/space/search_space.hpp"

namespace diwan::nas {

/// What the space of a network's architectures is made of.
struct ArchitectureShape {
  std::size_t layers = 0;
  std::size_t operations = 0;  ///< that each layer chooses from
  bool operator==(const ArchitectureShape&) const = default;
};

/// The operation of each layer, and from where else than the layer before it takes its input.
///
/// Layers are counted from 0 here. Layer l has l skip bits: bit 0 for the network's input, bit j
/// for layer j - 1; the layer just before it is an input always. So the trial images of Katib read
/// their `architecture`.
struct Architecture {
  std::vector<std::uint32_t> operations;
  std::vector<std::vector<bool>> skips;  ///< of layer l: l of them
  bool operator==(const Architecture&) const = default;
};

/// Places of a layer's parameters in the space: its operation, then its skip bits.
constexpr std::size_t operation_place(std::size_t layer) { return layer * (layer + 1) / 2; }
constexpr std::size_t skip_place(std::size_t layer, std::size_t bit) {
  return operation_place(layer) + 1 + bit;
}

/// The space of architectures as parameters: `layer_1` with the given choices, `layer_2`,
/// `skip_0_2` (0 or 1: from the input to layer 2), `layer_3`, `skip_0_3`, `skip_1_3`, …
/// @param operations  distinct names of the operations
SearchSpace architecture_space(std::size_t layers, const std::vector<std::string>& operations);

/// The shape of a space that architecture_space() made; nothing for any other.
std::optional<ArchitectureShape> architecture_shape(const SearchSpace& space);

/// An architecture as an assignment of its space, and back.
Assignment assignment_of(const Architecture& architecture);
/// @param assignment  has a value for each parameter
Architecture architecture_of(const Assignment& assignment);

}  // namespace diwan::nas
