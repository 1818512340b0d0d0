// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "algorithms/space/direction.hpp"

namespace diwan::statistics {

/// What random search finds with so many trials.
struct BestOf {
  std::size_t draws = 0;
  double expected = 0;
  double low = 0;   ///< nine of ten such searches end from here
  double high = 0;  ///< to here, low being the smaller number
};

/// The best of `draws` results of random search, by all its subsets of that size in a sample of
/// them. The expectation is without bias [Tang et al. 2020, Showing your work doesn't always work;
/// the curve is that of Dodge et al. 2019, Show your work, whose estimator draws with repeats and
/// is too pessimistic]. Nothing for more draws than results: of those a sample tells nothing. Near
/// that number it rests on the few best alone, and the range is too narrow. O(n log n).
std::optional<BestOf> best_of(std::span<const double> results, std::size_t draws,
                              Direction direction);

/// How many of all random trials are as good as a given result.
struct ShareAsGood {
  std::size_t as_good = 0;  ///< in the sample
  std::size_t of = 0;
  double low = 0;  ///< ends of the 95% confidence interval
  double high = 1;
};

/// Counts the results at least as good as `value`, which must not have been chosen by them, and
/// bounds their share among all that random search would draw [Clopper and Pearson 1934].
ShareAsGood share_as_good(std::span<const double> results, double value, Direction direction);

}  // namespace diwan::statistics
