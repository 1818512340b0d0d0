// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <vector>

#include "driver/core/trial.hpp"

namespace diwan {

/// Of an even number of values the upper of the middle two. @pre there is one
double median(std::vector<double> values);

/// How many values of the objective the trial has reported.
double reports_of(const Trial& trial);

}  // namespace diwan
