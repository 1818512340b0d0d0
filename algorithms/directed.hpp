// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <memory>
#include <vector>

#include "algorithms/registry.hpp"
#include "algorithms/space/direction.hpp"
#include "algorithms/suggester.hpp"

namespace diwan {

/// The library's public face: an algorithm that minimises finite numbers, told objectives in their
/// own direction. Maximised ones change sign; a result without one finite value for every objective
/// is told as failed; a report that is not finite is not told. Of a known result from elsewhere the
/// values that lie outside the space, or do not apply, are told as inactive.
class DirectedSuggester : public Suggester {
 public:
  DirectedSuggester(std::unique_ptr<Suggester> minimiser, const Problem& problem);

  void tell(const Fact& fact) override;
  Suggestions ask(std::size_t count) const override { return minimiser_->ask(count); }
  std::vector<StopAdvice> stops() const override { return minimiser_->stops(); }

 private:
  template <class Result>
  Result minimised(Result result) const;
  Assignment fitted(Assignment assignment) const;

  std::unique_ptr<Suggester> minimiser_;
  std::vector<Direction> directions_;
  SearchSpace space_;
  SpaceConditions conditions_;
};

}  // namespace diwan
