// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace diwan {

/// What a program prints, on both streams, until it ends. It is found in PATH, started without a
/// shell and killed when it has not ended in time. Forks: not to be called once MPI is there.
/// @param variables  "NAME=value", beside our own environment.
/// @throws std::runtime_error, saying which program, unless it ended with 0.
std::string program_output(const std::vector<std::string>& argv,
                           const std::vector<std::string>& variables,
                           std::chrono::milliseconds patience);

}  // namespace diwan
