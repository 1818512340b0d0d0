// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/portfolio/portfolio.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace diwan {

Portfolio::Portfolio(std::vector<std::unique_ptr<Suggester>> members,
                     std::vector<std::size_t> turns, std::uint32_t first_up_to,
                     std::uint32_t parallel)
    : members_(std::move(members)),
      turns_(std::move(turns)),
      first_up_to_(first_up_to),
      parallel_(parallel) {}

void Portfolio::tell(const Fact& fact) {
  if (std::holds_alternative<Finished>(fact) || std::holds_alternative<Known>(fact)) {
    ++ended_;
  } else if (const auto* const budget = std::get_if<BudgetChanged>(&fact)) {
    parallel_ = budget->parallel;
  }
  for (const auto& member : members_) {
    member->tell(fact);
  }
}

const Suggester& Portfolio::on_turn() const {
  const std::size_t first = parallel_ > first_up_to_ && members_.size() > 1 ? 1 : 0;
  return *members_[std::max(first, turns_[ended_ % turns_.size()])];
}

Suggestions Portfolio::ask(std::size_t count) const { return on_turn().ask(count); }

}  // namespace diwan
