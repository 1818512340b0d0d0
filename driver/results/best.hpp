// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "algorithms/space/direction.hpp"
#include "driver/results/load.hpp"

namespace diwan {

/// A result that may be the best: its objectives in their own directions, all finite, and the value
/// of the resource parameter where there is one.
struct Candidate {
  std::uint32_t number = 0;
  std::vector<double> objectives;
  std::optional<double> resource;
};

/// The highest resource that any candidate has.
std::optional<double> highest_resource(std::span<const Candidate> candidates);

/// Numbers of the best candidates, best first (ties keep the earlier), among those at the highest
/// resource. Several objectives: every non-dominated one, in order of number.
std::vector<std::uint32_t> rank(std::vector<Candidate> candidates,
                                std::span<const Direction> directions);

/// The parameter that an algorithm takes for a resource (hyperband's resource_name).
std::optional<std::size_t> resource_parameter(const Spec& spec);

/// The best trials of an experiment.
struct Best {
  bool pareto = false;
  std::vector<std::uint32_t> trials;  ///< numbers
  std::string resource_name;          ///< only trials at this resource were compared; empty: none
  double resource = 0;
};

/// At most `count` of them; without it one, or all of a Pareto front.
Best best_trials(const Loaded& loaded, std::optional<std::size_t> count);

}  // namespace diwan
