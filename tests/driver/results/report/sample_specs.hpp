// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

#include "tests/driver/results/report/sample_run.hpp"

namespace diwan::test {

/// The experiment file of a sample run.
std::string sample_run_spec(const SampleRun& run);

}  // namespace diwan::test
