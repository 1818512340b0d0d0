// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/core/experiment.hpp"

namespace diwan {

/// How an experiment is complete, for people, in the words of docs/cli.md: "budget used".
const char* in_words(Completion completion);

}  // namespace diwan
