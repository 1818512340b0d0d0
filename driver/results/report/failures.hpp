// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "driver/results/load.hpp"
#include "driver/results/report/history.hpp"
#include "driver/results/value.hpp"

namespace diwan {

/// Runs that went wrong in one way on one host.
struct FailureGroup {
  std::string kind;          ///< for people: "exit status 3", "lost: node gone"
  std::string host;          ///< empty where it never started
  std::vector<RunKey> runs;  ///< in the order of their ends
  std::string reason;        ///< of the last
};

/// What kind of failure a run's end was; empty where it was none, or wished for.
std::string failure_kind(const Ended& ended);

/// The largest group first. A run that succeeded without a result is one of them too.
std::vector<FailureGroup> failure_groups(const Loaded& loaded, const RunHistory& history);

/// The last lines of a run, for people; empty where there are none.
using LastLines = std::function<std::string(const Trial&, RunKey)>;

/// The document's `failures` (docs/report.md).
Value failures_value(const Loaded& loaded, const RunHistory& history, const LastLines& last_lines);

}  // namespace diwan
