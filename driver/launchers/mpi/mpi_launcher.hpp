// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <memory>

#include "driver/launchers/launcher.hpp"
#include "driver/launchers/mpi/dialogue.hpp"
#include "driver/launchers/mpi/world.hpp"

namespace diwan {

struct MpiOptions {
  std::uint32_t trials_per_rank = 1;
  mpi::Tempo tempo;
};

/// The launcher of rank 0: its slots are those of the workers, ranks 1…n-1, which must be in
/// mpi_worker_main(). Waits until all have told that they see the experiment directory; a rank that
/// does not answer in time is named in a notice and left out. `world` must outlive it.
///
/// A worker that dies later costs the runs on it: Ended{lost, node_gone}, and its slots. When the
/// last is gone, poll() throws, once all of that has been reported.
/// @throws std::runtime_error if a worker sees another directory, or none answers.
std::unique_ptr<Launcher> make_mpi_launcher(RunSettings settings, MpiWorld& world,
                                            const MpiOptions& options = {});

}  // namespace diwan
