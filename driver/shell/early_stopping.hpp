// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <memory>

#include "algorithms/early_stopper.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// The early stopper that the file names; null where it names none.
/// @throws std::invalid_argument where it cannot judge by the file's objectives.
std::unique_ptr<EarlyStopper> early_stopper_of(const Spec& spec);

}  // namespace diwan
