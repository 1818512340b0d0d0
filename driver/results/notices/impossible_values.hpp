// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "driver/core/experiment.hpp"
#include "driver/results/notices/notice.hpp"

namespace diwan {

/// Is a metric of this name a share of one, or of a hundred? By whole words: val_acc,
/// top1-accuracy, AUC.
bool is_share(std::string_view name);

/// Metrics that are shares by their name (accuracy, AUC, F1, ...) and leave 0 to 1, unless they are
/// percentages.
class ImpossibleValues {
 public:
  explicit ImpossibleValues(const Rules& rules);
  /// A trial that ended.
  void take(const Trial& trial);
  void add_notices(std::vector<SearchNotice>& notices) const;

 private:
  struct Share {
    std::uint32_t metric = 0;
    std::string name;
    std::uint32_t trials = 0;     ///< that gave it
    std::uint32_t fractions = 0;  ///< whose highest value is one that no percentage is likely to be
    double lowest = 0;
    double highest = 0;
    std::uint32_t lowest_trial = 0;
    std::uint32_t highest_trial = 0;
  };

  std::vector<Share> shares_;
};

}  // namespace diwan
