// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <vector>

#include "driver/cli/completion/complete.hpp"

namespace diwan::completion {

/// The trials of an experiment (by number, name, `best` and `last`), or its metrics and parameters;
/// none where the directory tells none.
std::vector<Candidate> known(const Wanted& wanted);

}  // namespace diwan::completion
