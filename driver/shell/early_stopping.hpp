// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <memory>
#include <vector>

#include "algorithms/early_stopper.hpp"
#include "driver/core/stimulus.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// The early stopper that the file names; null where it names none.
/// @throws std::invalid_argument where it cannot judge by the file's objectives.
std::unique_ptr<EarlyStopper> early_stopper_of(const Spec& spec);

/// Tells it these facts. Null: nothing judges.
/// @return its wishes: the runs whose reports do not promise enough.
std::vector<Stimulus> judge(EarlyStopper* early_stopper, const std::vector<Fact>& facts);

}  // namespace diwan
