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
std::vector<double> standardised(std::span<const std::optional<double>> values);

}  // namespace diwan::gp
