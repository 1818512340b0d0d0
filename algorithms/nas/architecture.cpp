// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/nas/architecture.hpp"

#include <variant>

namespace diwan::nas {
namespace {

std::string layer_name(std::size_t layer) { return "layer_" + std::to_string(layer + 1); }

std::string skip_name(std::size_t layer, std::size_t bit) {
  return "skip_" + std::to_string(bit) + "_" + std::to_string(layer + 1);
}

/// The choices of a categorical that has this name.
const std::vector<std::string>* choices_of(const SearchSpace& space, std::size_t place,
                                           const std::string& name) {
  const Parameter& parameter = space.parameters()[place];
  const auto* categorical = std::get_if<Categorical>(&parameter.domain);
  return categorical != nullptr && parameter.name == name ? &categorical->choices : nullptr;
}

}  // namespace

SearchSpace architecture_space(std::size_t layers, const std::vector<std::string>& operations) {
  std::vector<Parameter> parameters;
  for (std::size_t layer = 0; layer < layers; ++layer) {
    parameters.push_back({layer_name(layer), Categorical{operations}});
    for (std::size_t bit = 0; bit < layer; ++bit) {
      parameters.push_back({skip_name(layer, bit), Categorical{{"0", "1"}}});
    }
  }
  return SearchSpace(std::move(parameters));
}

std::optional<ArchitectureShape> architecture_shape(const SearchSpace& space) {
  std::size_t layers = 0;
  while (operation_place(layers) < space.size()) {
    ++layers;
  }
  if (layers == 0 || operation_place(layers) != space.size()) {
    return std::nullopt;
  }
  const std::vector<std::string>* operations = choices_of(space, 0, layer_name(0));
  for (std::size_t layer = 0; layer < layers; ++layer) {
    const auto* const here = choices_of(space, operation_place(layer), layer_name(layer));
    if (here == nullptr || *here != *operations) {
      return std::nullopt;
    }
    for (std::size_t bit = 0; bit < layer; ++bit) {
      const auto* const skip = choices_of(space, skip_place(layer, bit), skip_name(layer, bit));
      if (skip == nullptr || skip->size() != 2) {
        return std::nullopt;
      }
    }
  }
  return ArchitectureShape{.layers = layers, .operations = operations->size()};
}

Assignment assignment_of(const Architecture& architecture) {
  Assignment assignment;
  for (std::size_t layer = 0; layer < architecture.operations.size(); ++layer) {
    assignment.values.push_back(architecture.operations[layer]);
    for (const bool skip : architecture.skips[layer]) {
      assignment.values.push_back(skip ? 1 : 0);
    }
  }
  return assignment;
}

Architecture architecture_of(const Assignment& assignment) {
  Architecture architecture;
  for (std::size_t layer = 0; operation_place(layer) < assignment.values.size(); ++layer) {
    architecture.operations.push_back(
        static_cast<std::uint32_t>(assignment.values[operation_place(layer)]));
    architecture.skips.emplace_back();
    for (std::size_t bit = 0; bit < layer; ++bit) {
      architecture.skips.back().push_back(assignment.values[skip_place(layer, bit)] > 0.5);
    }
  }
  return architecture;
}

}  // namespace diwan::nas
