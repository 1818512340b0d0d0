// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <memory>

#include "algorithms/registry.hpp"
#include "algorithms/seen.hpp"
#include "algorithms/sequence.hpp"
#include "algorithms/suggester.hpp"

namespace diwan {

/// Random, grid and sobol: the points of a sequence that no result changes.
class SequenceSuggester : public Suggester {
 public:
  SequenceSuggester(const Problem& problem, std::unique_ptr<PointSequence> sequence);

  void tell(const Fact& fact) override;
  Suggestions ask(std::size_t count) const override;

 private:
  UnseenWalk walk_;
  std::uint64_t issued_ = 0;
  // Lent to ask() to look ahead, and given back as it was.
  mutable Seen seen_;
  mutable UnseenWalk::Place place_;
};

}  // namespace diwan
