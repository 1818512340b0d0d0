// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <vector>

#include "algorithms/suggester.hpp"
#include "driver/core/experiment.hpp"

namespace diwan {

/// What a record tells the search algorithm, given a state that has folded it (and perhaps later
/// ones). Live and on resume the same, so that a suggester told the journal again is the one that
/// was lost.
std::vector<Fact> facts_of(const Record& record, const Experiment& experiment);

}  // namespace diwan
