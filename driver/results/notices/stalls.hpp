// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "driver/core/experiment.hpp"
#include "driver/results/notices/notice.hpp"

namespace diwan {

/// Trials that have given no observation for far longer than those before them ever did. Goes by
/// the times at which records were written, not by those that trials print.
class Stalls {
 public:
  void start(const RunKey& run, Time time);
  void sign(const RunKey& run, Time time);
  /// A run that is over; of one that gave a result, its pauses are what is usual.
  void end(const RunKey& run, Time time, bool with_result);
  /// Nothing was written while no coordinator was there.
  void owner_changed(Time time);
  void add_notices(const Experiment& experiment, Time now,
                   std::vector<SearchNotice>& notices) const;

 private:
  struct Live {
    Time last_sign{};
    Time::duration longest_pause{};
  };

  std::map<std::uint32_t, Live> live_;  ///< by trial
  Time::duration longest_pause_{};      ///< of runs that ended with a result
  std::uint32_t ended_ = 0;
};

}  // namespace diwan
