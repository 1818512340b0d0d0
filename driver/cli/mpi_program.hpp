// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

#include "driver/cli/verb.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// Under an MPI launcher, in the program without MPI: becomes libexec/diwan/diwan-mpi with the same
/// arguments, and does not return; where the run `announces`, rank 0 starts its herald before.
/// @throws UsageError if that program was not built.
void enter_mpi_program(const Call& call, bool announces);

/// The launcher that --launcher names, or that fits where we are and what the trials need.
/// @throws UsageError for one that this program does not have.
std::string choose_launcher(const Call& call, const Spec& spec);

}  // namespace diwan
