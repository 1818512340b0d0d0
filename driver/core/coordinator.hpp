// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <span>

#include "driver/core/command.hpp"
#include "driver/core/experiment.hpp"
#include "driver/core/stimulus.hpp"

namespace diwan {

/// Folds one record into the experiment. The same function live and on replay; total: a record that
/// does not fit the state (a damaged or foreign journal) changes nothing and returns false.
bool apply(Experiment& experiment, const Record& record);

/// Settings of this process that decisions use but that are no facts.
struct CoordinatorOptions {
  std::uint32_t reserve = 0;  ///< suggestions kept waiting beyond the free slots
  bool keep_going = false;    ///< do not stop because the first three trials gave no metric
  bool runs_outlive_us = false;  ///< Slurm, Kubernetes: live runs are adopted on resume, not lost
};

/// Decides: stimuli in, records and commands out. Pure: no clock (the caller says what time it is), no
/// I/O, no randomness. One Ask is in flight at most.
class Coordinator {
 public:
  Coordinator(Experiment experiment, CoordinatorOptions options);

  /// Takes all stimuli that came since the last call, in order, and plans once.
  Step handle(Time now, std::span<const Stimulus> stimuli);

  const Experiment& experiment() const;
};

}  // namespace diwan
