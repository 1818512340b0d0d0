// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "algorithms/suggester.hpp"

namespace diwan {

/// Several algorithms that share one history and answer in turns, so that a model that is wrong
/// about the task does not have the last word.
///
/// Whose turn it is hangs on the number of trials that have ended and on the parallelism alone:
/// asks between two ends are answered by one algorithm, which knows all that was issued, so a large
/// ask equals single ones.
class Portfolio : public Suggester {
 public:
  /// @param members  at least one.
  /// @param turns  a round: the member that answers after each number of ended trials.
  /// @param first_up_to  with more trials at a time the first member, whose asks would then take
  /// too long, gives its turns to the second where there is one.
  Portfolio(std::vector<std::unique_ptr<Suggester>> members, std::vector<std::size_t> turns,
            std::uint32_t first_up_to, std::uint32_t parallel);

  void tell(const Fact& fact) override;
  Suggestions ask(std::size_t count) const override;

 private:
  const Suggester& on_turn() const;

  std::vector<std::unique_ptr<Suggester>> members_;
  std::vector<std::size_t> turns_;
  std::uint32_t first_up_to_;
  std::uint32_t parallel_;
  std::size_t ended_ = 0;
};

}  // namespace diwan
