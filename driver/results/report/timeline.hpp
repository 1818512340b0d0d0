// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "driver/results/load.hpp"
#include "driver/results/report/history.hpp"
#include "driver/results/value.hpp"

namespace diwan {

/// A row of the timeline: what runs one trial at a time.
struct Lane {
  std::string host;
  std::string gpus;  ///< comma-separated; empty where trials have none
  bool operator==(const Lane&) const = default;
};

struct Lanes {
  std::vector<Lane> lanes;          ///< by host and GPU, numbers in them by their value
  std::vector<std::size_t> of_run;  ///< the lane of each run
};

/// Gives each run a lane of its host and GPUs; runs that overlap there get lanes of their own, the
/// first free one in the order of their starts.
Lanes lanes_of(const std::vector<RunSpan>& runs, Time until);

/// The document's `timeline` (docs/report.md).
Value timeline_value(const Loaded& loaded, const RunHistory& history);

}  // namespace diwan
