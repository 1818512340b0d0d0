// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>

namespace diwan {

// The programs of an installation: bin/diwan, and in libexec/diwan those that it starts.

/// The one that runs, wherever it was called from.
std::filesystem::path this_program();

/// bin/diwan beside it: the one that runs, unless that is one of libexec/diwan.
std::filesystem::path main_program();

/// One of libexec/diwan, which may not be there.
std::filesystem::path helper_program(const char* name);

/// What knows `exec` alone and for want of other libraries starts several times faster: it
/// supervises trials, and is the program of Slurm's tasks. The one that runs where it is not there.
std::filesystem::path exec_program();

}  // namespace diwan
