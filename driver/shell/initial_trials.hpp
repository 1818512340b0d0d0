// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <memory>
#include <vector>

#include "algorithms/suggester.hpp"
#include "driver/core/experiment.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// The trials the file lists to begin with; none where the experiment began with others
/// (--accept-changes).
std::vector<Assignment> listed_trials(const Spec& spec, const Experiment& experiment);

/// Gives listed assignments (spec.initialTrials) before the algorithm's own.
///
/// They are the first trials whatever comes, so the algorithm is told of them as issued at once:
/// an answer may begin with the list and go on with the algorithm's own suggestions.
std::unique_ptr<Suggester> with_initial_trials(std::unique_ptr<Suggester> suggester,
                                               std::vector<Assignment> initial);

}  // namespace diwan
