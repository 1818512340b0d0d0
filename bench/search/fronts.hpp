// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "algorithms/space/search_space.hpp"

namespace diwan::bench {

/// Several objectives, all to be minimised, and how much there is to be had.
struct FrontFunction {
  std::string name;
  SearchSpace space;
  std::function<std::vector<double>(const Assignment&)> values;
  std::vector<double> reference;  ///< from which the hypervolume is measured
  double most = 0;                ///< hypervolume of the whole front
};

/// zdt1 (six floats), training (a float, two ints and a choice; loss and seconds), dtlz2 (five
/// floats, three objectives).
const std::vector<FrontFunction>& front_functions();

}  // namespace diwan::bench
