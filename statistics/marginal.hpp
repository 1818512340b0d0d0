// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <vector>

#include "statistics/landscape.hpp"

namespace diwan::statistics {

/// The objective that a forest expects along one parameter, all others being drawn at random: the
/// mean over the space, not the best that can be had there.
struct Curve {
  std::size_t parameter = 0;
  std::vector<double> values;  ///< of the parameter, as an Assignment has them, in their order
  std::vector<double> mean;    ///< over the trees, in the objective's own unit; one a value
  std::vector<double> deviation;
};

/// The same over two parameters.
struct Surface {
  std::size_t first = 0;
  std::size_t second = 0;
  std::vector<double> first_values;
  std::vector<double> second_values;
  /// That of first_values[i] and second_values[j] stands at i * second_values.size() + j.
  std::vector<double> mean;
  std::vector<double> deviation;
};

/// Values of a parameter along its axis: at most `most`, evenly on its scale (that of the logarithm
/// where it has a log distribution), both ends among them; all where it has no more than that, and
/// every category, up to `most`.
std::vector<double> values_along(const SearchSpace& space, std::size_t parameter, std::size_t most);

/// @throws std::out_of_range for a parameter that is not there. O(trees * leaves).
Curve curve_of(const Landscape& landscape, std::size_t parameter, std::size_t most_values = 48);
/// @throws std::out_of_range, std::invalid_argument for one parameter twice.
/// O(trees * (leaves + cells of both)).
Surface surface_of(const Landscape& landscape, std::size_t first, std::size_t second,
                   std::size_t most_values = 24);

}  // namespace diwan::statistics
