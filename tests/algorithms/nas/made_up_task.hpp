// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "algorithms/nas/architecture.hpp"
#include "algorithms/registry.hpp"
#include "algorithms/rng.hpp"

namespace diwan::nas {

/// A made-up accuracy: what each operation is worth at its layer, what each skip connection is, and
/// with `neighbours` what an operation is worth after another.
class Task {
 public:
  Task(std::size_t layers, std::size_t operations, bool neighbours, std::uint64_t seed) {
    Draw draw(seed, 99);
    for (std::size_t layer = 0; layer < layers; ++layer) {
      worth_.push_back(normals(operations, 1, draw));
      skips_.push_back(normals(layer, 0.5, draw));
      pairs_.push_back(normals(operations * operations, neighbours ? 1 : 0, draw));
    }
  }

  double operator()(const Architecture& one) const {
    double sum = 0;
    for (std::size_t layer = 0; layer < worth_.size(); ++layer) {
      sum += worth_[layer][one.operations[layer]];
      for (std::size_t bit = 0; bit < layer; ++bit) {
        sum += one.skips[layer][bit] ? skips_[layer][bit] : 0;
      }
      sum += layer == 0
                 ? 0
                 : pairs_[layer]
                         [one.operations[layer - 1] * worth_[layer].size() + one.operations[layer]];
    }
    return sum;
  }

 private:
  static std::vector<double> normals(std::size_t count, double scale, Draw& draw) {
    std::vector<double> out(count);
    std::ranges::generate(out, [&] { return scale * draw.normal(); });
    return out;
  }

  std::vector<std::vector<double>> worth_;
  std::vector<std::vector<double>> skips_;
  std::vector<std::vector<double>> pairs_;
};

inline Problem problem_with(std::size_t layers, std::size_t operations, std::uint64_t seed) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < operations; ++i) {
    names.push_back("o" + std::to_string(i));
  }
  return {.space = architecture_space(layers, names),
          .directions = {Direction::maximize},
          .seed = seed};
}

}  // namespace diwan::nas
