// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/portfolio/portfolio.hpp"

#include <utility>
#include <variant>

namespace diwan {

Portfolio::Portfolio(std::vector<std::unique_ptr<Suggester>> members)
    : members_(std::move(members)) {}

void Portfolio::tell(const Fact& fact) {
  if (std::holds_alternative<Finished>(fact) || std::holds_alternative<Known>(fact)) {
    ++ended_;
  }
  for (const auto& member : members_) {
    member->tell(fact);
  }
}

const Suggester& Portfolio::on_turn() const {
  constexpr std::size_t round = 4;
  if (members_.size() == 1 || ended_ % round != round - 1) {
    return *members_.front();
  }
  return *members_[1 + ended_ / round % (members_.size() - 1)];
}

Suggestions Portfolio::ask(std::size_t count) const { return on_turn().ask(count); }

}  // namespace diwan
