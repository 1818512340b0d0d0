// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "driver/spec/spec.hpp"

namespace diwan {

enum class SubmitMode {
  allocation,  ///< one job with coordinator and trials: by mpirun, or trials of several tasks as
               ///< steps
  array        ///< a small job that coordinates; each trial is a job of its own
};

/// The batch script for an experiment: what its resources and slurm blocks come to as #SBATCH
/// lines, above the commands of the script in examples/sbatch for that case, which takes the
/// experiment's file as its first argument.
/// @param parallel  trials at a time
/// @param programs  the folder of bin/diwan, for the script's PATH
std::string batch_script(const Spec& spec, SubmitMode mode, std::uint32_t parallel,
                         const std::filesystem::path& programs);

/// Why such a job cannot run the experiment's trials; empty: it can.
std::string submit_obstacle(const Spec& spec, SubmitMode mode);

/// The first line but one of every script written here.
constexpr const char* submit_mark = "# Written by `diwan submit`";

}  // namespace diwan
