// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "driver/core/experiment.hpp"
#include "tests/simulation/fake_launcher.hpp"

namespace diwan::simulation {

/// Checks what must hold of a journal whatever happened, record by record and by other means than
/// the fold's.
class Audit {
 public:
  explicit Audit(const FakeLauncher& launcher) : launcher_(launcher) {}

  /// `after` is the state with this record; `slots` what the coordinator knew.
  void take(const Record& record, const Experiment& after, std::uint32_t slots);
  /// Counters, work sets and the best trial against a scan.
  static void scan(const Experiment& experiment);

 private:
  void check(const Suggested& event, const Experiment& after);
  void check(const Queued& event, const Experiment& after);
  void check(const Observed& event, const Experiment& after);
  void check(const Ended& event, const Experiment& after);
  template <typename Other>
  void check(const Other& /*event*/, const Experiment& /*after*/) {}

  const FakeLauncher& launcher_;
  std::uint32_t slots_ = 0;
  std::set<RunKey> ended_;
  std::map<std::pair<RunKey, std::uint32_t>, std::uint64_t> observed_;  ///< of a run's metric
};

}  // namespace diwan::simulation
