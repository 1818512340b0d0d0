// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace diwan::statistics {

/// Numbers of one kind, as an estimate for more of them.
struct Repeats {
  std::size_t count = 0;
  double mean = 0;
  double deviation = 0;  ///< unbiased in its square; 0 of fewer than two
};
Repeats repeats_of(std::span<const double> values);

/// How far apart two means are.
struct Difference {
  double value = 0;  ///< first minus second
  double low = 0;    ///< ends of the 95% confidence interval
  double high = 0;
  double p_value = 1;  ///< two-sided: of a difference as large where there is none
};

/// Difference of the means of repeats of two assignments [Welch 1947, The generalization of
/// Student's problem when several different population variances are involved]; nothing where
/// either has fewer than two values, or none vary.
///
/// The repeats have to be runs of their own, made after the assignments were chosen: the result by
/// which a search chose its best is the luckiest of many, and is better than its mean. One test
/// of the best with the second says nothing of the third; for k comparisons compare p_value with
/// 0.05 / k. Values are taken to be about normal.
std::optional<Difference> difference_of(std::span<const double> first,
                                        std::span<const double> second);

/// The same of repeats and one result of another assignment, taken to vary as much as they do:
/// Student's test with a second sample of one. That result must not have been chosen by its value.
/// Nothing where there are fewer than two repeats, or none vary.
std::optional<Difference> difference_of(std::span<const double> repeats, double result);

}  // namespace diwan::statistics
