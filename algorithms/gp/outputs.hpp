// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace diwan::gp {

/// Objective values as a Gaussian process likes them, in the same order and smaller still better:
/// the long tail of bad ones is brought in to three times the distance from the best to the median
/// beyond the median, then all have mean 0 and variance 1. Trials without a value count as the
/// worst. All zeros where no two values differ.
///
/// Deviation: objectives are usually standardised alone [Rasmussen & Williams 2006, section 2.7];
/// losses of bad hyperparameters are orders of magnitude worse, and would leave no difference
/// between the good ones.
std::vector<double> standardised(std::span<const std::optional<double>> values);

}  // namespace diwan::gp
