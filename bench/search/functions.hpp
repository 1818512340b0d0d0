// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "algorithms/space/search_space.hpp"

namespace diwan::bench {

/// A function to be minimised, and where.
struct Function {
  std::string name;
  SearchSpace space;
  std::function<double(const Assignment&)> value;
  double least = 0;  ///< its minimum, or the least value known
};

/// branin, hartmann6, ackley10, rastrigin10, rosen10, levy10, mixed9.
const std::vector<Function>& functions();

/// Ten mixed dimensions for measurements of speed: four floats (two log), three ints (one log, one
/// in steps of 16), three categoricals of 3, 2 and 4 choices.
SearchSpace mixed10();

}  // namespace diwan::bench
