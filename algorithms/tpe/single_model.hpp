// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "algorithms/space/search_space.hpp"
#include "algorithms/tpe/model.hpp"
#include "algorithms/tpe/parzen.hpp"

namespace diwan {

/// Each parameter by itself, by the trials in which it applied.
class SingleModel : public TpeModel {
 public:
  struct Options {
    double prior_weight = 1;
    std::size_t candidates = 24;
  };
  SingleModel(SearchSpace space, const Options& options, std::uint64_t seed);

  void insert(std::size_t observation, const Assignment& assignment) override;
  void erase(std::size_t observation, const Assignment& assignment) override;
  void learn(const std::vector<Good>& good) override;
  std::vector<Candidates> candidates(std::uint64_t index) const override;

 private:
  using Density = std::variant<NumericParzen, CategoricalParzen>;

  std::vector<Density> empty() const;
  Candidates candidates(std::size_t dimension, std::uint64_t index) const;

  SearchSpace space_;
  Options options_;
  ParzenOptions parzen_;
  std::uint64_t seed_;
  std::vector<Density> good_;
  std::vector<Density> bad_;
};

}  // namespace diwan
