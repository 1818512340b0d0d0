// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "algorithms/space/search_space.hpp"
#include "algorithms/space/space_conditions.hpp"
#include "algorithms/tpe/joint_parzen.hpp"
#include "algorithms/tpe/model.hpp"

namespace diwan {

/// Parameters that apply together are modelled together, by the trials in which they did [Optuna's
/// group decomposition]; the sets by themselves.
class JointModel : public TpeModel {
 public:
  struct Options {
    double prior_weight = 1;
    std::size_t candidates = 24;
  };
  JointModel(const SearchSpace& space, const SpaceConditions& conditions, const Options& options,
             std::uint64_t seed);

  void insert(std::size_t observation, const Assignment& assignment) override;
  void erase(std::size_t observation, const Assignment& assignment) override;
  void learn(const std::vector<Good>& good) override;
  std::vector<Candidates> candidates(std::uint64_t index) const override;

 private:
  /// Parameters that are drawn together.
  struct Set {
    std::vector<std::size_t> parameters;
    std::vector<Axis> axes;
    JointParzen good;
    JointParzen bad;
    std::vector<std::size_t> observation_of;  ///< by kernel of `bad`
    std::vector<std::size_t> kernel_of;       ///< by observation
  };

  std::vector<Set> sets_;
  Options options_;
  ParzenOptions parzen_;
  std::uint64_t seed_;
};

}  // namespace diwan
