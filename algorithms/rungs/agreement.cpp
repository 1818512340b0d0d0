// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/rungs/agreement.hpp"

#include <algorithm>

namespace diwan {
namespace {

constexpr std::size_t enough = 8;  // pairs of 8: tau of unrelated ones has a deviation of 0.29
constexpr std::size_t most = 256;  // later ones no longer change the verdict
constexpr double least_tau = 0.2;

}  // namespace

void Agreement::add(std::size_t level, double lower, double upper) {
  if (level + 1 >= levels_.size() || levels_[level].pairs.size() >= most) {
    return;
  }
  Level& here = levels_[level];
  for (const Pair& other : here.pairs) {
    // Ties say nothing.
    const bool less = lower < other.lower;
    const bool more = lower > other.lower;
    const bool below = upper < other.upper;
    const bool above = upper > other.upper;
    here.agree += (less && below) || (more && above) ? 1 : 0;
    here.differ += (less && above) || (more && below) ? 1 : 0;
  }
  here.pairs.push_back({.lower = lower, .upper = upper});
  // From the top down: every level must have shown itself once any level has failed.
  const bool failed = std::any_of(levels_.begin(), levels_.end(), [](const Level& one) {
    return verdict(one) == Verdict::differs;
  });
  lowest_ = 0;
  for (std::size_t above = levels_.size() - 1; failed && above > 0; --above) {
    if (verdict(levels_[above - 1]) != Verdict::agrees) {
      lowest_ = above;
      break;
    }
  }
}

Agreement::Verdict Agreement::verdict(const Level& level) {
  const std::size_t all = level.agree + level.differ;
  if (level.pairs.size() < enough || all == 0) {
    return Verdict::unknown;
  }
  const double tau = (static_cast<double>(level.agree) - static_cast<double>(level.differ)) /
                     static_cast<double>(all);
  return tau < least_tau ? Verdict::differs : Verdict::agrees;
}

}  // namespace diwan
