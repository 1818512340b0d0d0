// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <vector>

namespace diwan {

/// lower <= y < upper in every objective; lower may be minus infinity.
struct Box {
  std::vector<double> lower;
  std::vector<double> upper;
};

/// Disjoint boxes that fill what lies below `reference` and is not dominated by the front, for any
/// number of objectives, all to be small: points enter one by one, and each takes its dominated
/// part out of every box that it reaches. In the order of the last objective this is the sweep of
/// Yang et al. [2019, Efficient computation of expected hypervolume improvement using box
/// decomposition algorithms]: n + 1 boxes for two objectives, at most 2n + 1 for three.
///
/// Whatever lies below a box's upper corner is not dominated either, so that no sum over boxes is
/// small against one of its terms' parts.
///
/// Deviation: more than `most` boxes are not made. From there on only the largest rest of a box is
/// kept, so that the boxes fill a little less, and still nothing that is dominated.
std::vector<Box> undominated_boxes(std::vector<std::vector<double>> front,
                                   const std::vector<double>& reference, std::size_t most = 1000);

}  // namespace diwan
