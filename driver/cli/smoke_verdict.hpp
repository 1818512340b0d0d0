// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "driver/results/exit_status.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// What one trial showed while it was watched.
struct SmokeFacts {
  struct Metric {
    std::uint64_t count = 0;
    bool usable = false;  ///< a finite number came, or a text
    std::int64_t first_step = 0;
    std::int64_t last_step = 0;
    double first_at = 0;  ///< seconds since the trial was started, when it was seen
    double last_at = 0;
    std::string absence;  ///< why it is not usable, where that is known
  };
  std::vector<Metric> metrics;  ///< one per Spec::metrics
  double seconds = 0;           ///< that it ran
  bool succeeded = false;
  bool cut_short = false;  ///< ended by us after `seconds`, not by itself
};

struct SmokeVerdict {
  std::string text;  ///< lines for people
  /// done: safe to launch; no_usable_trial: a metric was not seen; too_many_failures: it failed.
  ExitStatus status = ExitStatus::done;
};

/// What became of each metric, what the trial means for the whole budget, and whether to launch it.
SmokeVerdict smoke_verdict(const Spec& spec, const SmokeFacts& facts);

}  // namespace diwan
