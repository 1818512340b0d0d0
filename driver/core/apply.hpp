// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/core/experiment.hpp"

namespace diwan {

/// Folds one record into the experiment: the same function live and on replay. Total: a record that
/// does not follow the last one, or speaks of what is not there, changes nothing and returns false.
bool apply(Experiment& experiment, const Record& record);

}  // namespace diwan
