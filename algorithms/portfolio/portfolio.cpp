// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/portfolio/portfolio.hpp"

#include <utility>
#include <variant>

namespace diwan {

Portfolio::Portfolio(std::vector<std::unique_ptr<Suggester>> members, std::uint32_t first_up_to,
                     std::uint32_t parallel)
    : members_(std::move(members)), first_up_to_(first_up_to), parallel_(parallel) {}

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
  constexpr std::size_t round = 4;
  const std::size_t first = parallel_ > first_up_to_ && members_.size() > 1 ? 1 : 0;
  const std::size_t others = members_.size() - first - 1;
  if (others == 0 || ended_ % round != round - 1) {
    return *members_[first];
  }
  return *members_[first + 1 + ended_ / round % others];
}

Suggestions Portfolio::ask(std::size_t count) const { return on_turn().ask(count); }

}  // namespace diwan
