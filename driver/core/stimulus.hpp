// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "algorithms/space/assignment.hpp"
#include "driver/core/event.hpp"

namespace diwan {

// What the shell hands to the coordinator. Reports may come twice, late, out of order or for runs
// that are over; the coordinator turns those that are news into records.

struct Proposal {
  Assignment assignment;
  Labels labels;
  std::optional<std::uint32_t> parent;
  std::string name;  ///< of the trial it would become
};
/// Answer to the Ask in flight.
struct Answered {
  std::vector<Proposal> proposals;
  bool exhausted = false;
};
/// A policy's wish to end a run early. Of no effect while the run has not reported the objective.
struct PruneWished {
  RunKey run;
  std::string rule;
};
/// Trials that the launcher can run at a time now.
struct CapacityChanged {
  std::uint32_t slots = 0;
};

/// All that runs of earlier owners left behind has been reported; those still live are lost.
/// Nothing is asked or submitted before it; a fresh experiment starts with it too.
struct AdoptionDone {};

/// From then on running trials are asked to end: the job that this process runs in is about to. An
/// earlier one is forgotten.
struct DeadlineSet {
  Time deadline{};
};
/// A trial that has not come to its end left work to go on from.
struct WorkSaved {};

using Stimulus =
    std::variant<Answered, Started, Observed, Ended, PruneWished, CapacityChanged, StopAsked,
                 BudgetSet, OwnerChanged, AdoptionDone, DeadlineSet, WorkSaved>;

}  // namespace diwan
