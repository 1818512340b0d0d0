// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "driver/core/experiment.hpp"
#include "driver/results/notices/notice.hpp"

namespace diwan {

/// Trials of different assignments with exactly the same results, as if a parameter did not reach
/// the program.
class EqualResults {
 public:
  /// A run is about to begin: its curve is that of the trial.
  void begin(const RunKey& run);
  /// Values of the first objective of a run.
  void observe(const Observed& batch);
  /// A trial that ended.
  void end(const Trial& trial, const Experiment& experiment);
  void add_notices(const Experiment& experiment, std::vector<SearchNotice>& notices) const;

 private:
  struct Curve {
    std::uint64_t hash = 0;
    std::uint64_t count = 0;
    std::uint32_t changes = 0;  ///< values that differ from the one before
    double last = 0;
  };
  bool differs_from_all(const Trial& trial, const std::vector<std::uint32_t>& others,
                        const Experiment& experiment) const;

  std::map<std::uint32_t, Curve> live_;  ///< by trial
  /// Trials of different assignments by the hash of their curve; as many as are told.
  std::map<std::uint64_t, std::vector<std::uint32_t>> ended_;
  std::optional<std::uint64_t> alike_;  ///< the first curve that enough trials have
  std::optional<double> only_value_;    ///< of all trials so far
  bool several_values_ = false;
  std::vector<std::uint32_t> of_only_value_;
};

}  // namespace diwan
