// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "algorithms/suggester.hpp"

namespace diwan {

/// Several algorithms that share one history: the first answers, and every fourth time one of the
/// others, in turn, so that a model that is wrong about the task does not have the last word.
///
/// Whose turn it is hangs on the number of trials that have ended alone: asks between two ends are
/// answered by one algorithm, which knows all that was issued, so a large ask equals single ones.
class Portfolio : public Suggester {
 public:
  /// @param members  at least one.
  explicit Portfolio(std::vector<std::unique_ptr<Suggester>> members);

  void tell(const Fact& fact) override;
  Suggestions ask(std::size_t count) const override;

 private:
  const Suggester& on_turn() const;

  std::vector<std::unique_ptr<Suggester>> members_;
  std::size_t ended_ = 0;
};

}  // namespace diwan
