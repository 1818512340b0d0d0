// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/core/completion_words.hpp"

namespace diwan {

const char* in_words(Completion completion) {
  switch (completion) {
    case Completion::goal_reached:
      return "goal reached";
    case Completion::max_trials:
      return "budget used";
    case Completion::exhausted:
      return "search space exhausted";
    case Completion::max_failed:
      return "too many failed trials";
    case Completion::no_metrics:
      return "no metric in the first three trials";
    case Completion::none:
      break;
  }
  return "not complete";
}

}  // namespace diwan
