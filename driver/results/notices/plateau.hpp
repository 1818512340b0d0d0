// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "driver/core/standing.hpp"
#include "driver/results/notices/notice.hpp"

namespace diwan {

/// A best trial that many later ones did not beat.
class Plateau {
 public:
  /// A trial that ended and may be best, of an experiment of one objective.
  void take(const Candidate& candidate, Direction direction);
  void add_notices(const Experiment& experiment, std::vector<SearchNotice>& notices) const;

 private:
  std::optional<Candidate> best_;
  std::uint32_t candidates_ = 0;  ///< at the best's resource
  std::uint32_t since_best_ = 0;
};

}  // namespace diwan
