// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <set>
#include <span>

#include "driver/core/run_key.hpp"
#include "driver/launchers/slurm/scheduler/scheduler.hpp"

namespace diwan::slurm {

/// Ends runs that go on without a coordinator: those that began are told in their inbox and by a
/// signal, those that wait are taken out of Slurm's queue. How they ended is read by whoever
/// resumes the experiment. To be called by the owner of the directory, when no coordinator runs.
/// @param patience  for Slurm's answers
/// @return how many of the runs were found
std::size_t call_off(const std::filesystem::path& experiment_directory,
                     std::span<const RunKey> runs, bool now, Scheduler& scheduler,
                     std::chrono::milliseconds patience);

/// Until these questions are answered, at most so long; other answers are dropped.
void wait_for_answers(std::set<std::uint64_t> open, Scheduler& scheduler,
                      std::chrono::milliseconds patience);

}  // namespace diwan::slurm
