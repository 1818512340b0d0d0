// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "driver/core/experiment.hpp"

namespace diwan {

/// The exit status of a run that ends in this state (design.md section 9): 0, 3, 4, 5 or 75.
int exit_status(const Experiment& experiment);

/// What a trial is compared by.
struct Candidate {
  std::uint32_t number = 0;
  std::vector<double> objectives;  ///< finite, each in its own direction and sign
  std::optional<double> resource;  ///< where the algorithm gives trials more or less of one
  bool operator==(const Candidate&) const = default;
};

/// The trial as one that may be best; nothing unless it ended Succeeded or
/// EarlyStopped with every objective finite.
std::optional<Candidate> candidate_of(const Experiment& experiment, const Trial& trial);

/// Does `left` come before `right` by its first objective? More of the resource comes first, the
/// earlier number among equals.
bool comes_before(const Candidate& left, const Candidate& right, Direction direction);

/// The highest resource that any candidate has.
std::optional<double> highest_resource(std::span<const Candidate> candidates);

/// Numbers of the candidates at the highest resource: of one objective all, best first; of several
/// those that no other one beats, by number.
std::vector<std::uint32_t> ranking(std::vector<Candidate> candidates,
                                   std::span<const Direction> directions);

}  // namespace diwan
