// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/exit_status.hpp"

namespace diwan {

ExitStatus exit_status_of(Completion completion, bool any_usable_trial) {
  switch (completion) {
    case Completion::max_failed:
      return ExitStatus::too_many_failures;
    case Completion::no_metrics:
      return ExitStatus::no_usable_trial;
    case Completion::none:
      return ExitStatus::requeue;
    case Completion::goal_reached:
    case Completion::max_trials:
    case Completion::exhausted:
      break;
  }
  return any_usable_trial ? ExitStatus::done : ExitStatus::no_usable_trial;
}

}  // namespace diwan
