// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <initializer_list>
#include <optional>

#include "driver/launchers/slurm/claim.hpp"

namespace diwan::slurm {

/// Which task of which job this process is, by the variables that Slurm gives it; none elsewhere.
std::optional<TaskIdentity> own_identity();

/// Blocks these signals. @return a descriptor that gives a signalfd_siginfo for each that comes
/// @throws std::system_error
int open_signals(std::initializer_list<int> numbers);

}  // namespace diwan::slurm
