// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/rungs/agreement.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "algorithms/space/elementary.hpp"

namespace diwan {
namespace {

constexpr std::size_t first_scouts = 3;
constexpr std::size_t most_scouts = 12;
/// Later ones no longer change the verdict.
constexpr std::size_t most_others = 256;

/// Expected largest of n standard normal values [Blom 1958].
double expected_best(std::size_t n) {
  return normal_quantile((static_cast<double>(n) - 0.375) / (static_cast<double>(n) + 0.25));
}

}  // namespace

Agreement::Agreement(const Ladder& ladder) : eta_(ladder.eta()), levels_(ladder.top()) {
  // All brackets of Hyperband take about the same resource. One from a level whose ranks correlate
  // with the top's by rho promises the best of its n starters there, rho e(n); full trainings
  // e(n').
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    levels_[level].needed =
        expected_best(ladder.starters(ladder.top())) / expected_best(ladder.starters(level));
  }
}

void Agreement::scout(std::uint32_t configuration) {
  climbing_[configuration].scout = true;
  ++scouting_;
}

bool Agreement::wants_scout(std::size_t more) const {
  const std::size_t scouts = scouting_ + more;
  if (levels_.empty() || scouts >= most_scouts) {
    return false;
  }
  return scouts < first_scouts || lowest_ == levels_.size() ||
         eta_ * static_cast<double>(scouts) < static_cast<double>(others_.size());
}

void Agreement::add(std::uint32_t configuration, std::size_t level, double value) {
  Climb& climb = climbing_[configuration];
  climb.values.resize(levels_.size() + 1, std::numeric_limits<double>::quiet_NaN());
  climb.values[level] = value;
  if (level < levels_.size()) {
    return;
  }
  Climb whole = std::move(climb);
  climbing_.erase(configuration);
  std::vector<Climb>& alike = whole.scout ? scouts_ : others_;
  if (alike.size() >= most_others) {
    return;
  }
  for (std::size_t below = 0; below < levels_.size(); ++below) {
    levels_[below].seen += std::isnan(whole.values[below]) ? 0 : 1;
  }
  for (const Climb& scout : scouts_) {
    compare(whole, scout);
  }
  if (whole.scout) {
    for (const Climb& other : others_) {
      compare(whole, other);
    }
  }
  alike.push_back(std::move(whole));
  judge();
}

void Agreement::compare(const Climb& one, const Climb& other) {
  const double above = one.values.back() - other.values.back();
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    // Ties, and levels where one of them has not been, say nothing.
    const double here = one.values[level] - other.values[level];
    levels_[level].agree += here * above > 0 ? 1 : 0;
    levels_[level].differ += here * above < 0 ? 1 : 0;
  }
}

void Agreement::judge() {
  lowest_ = levels_.size();
  // The top agrees with itself. What a level is believed to agree is worth one pair at the level
  // below it, which can hardly agree more: a mean of the beta distribution at every level.
  double agreeing = 1;
  for (std::size_t below = levels_.size(); below-- > 0;) {
    const Level& level = levels_[below];
    const auto pairs = static_cast<double>(level.agree + level.differ);
    if (pairs > 0) {
      // So many independent pairs have the variance of tau under independence [Kendall 1938]:
      // 2 (2n + 5) / (9 n (n - 1)) for all n (n - 1) / 2 of n.
      const double weight = 9 / (2 * static_cast<double>(level.seen) + 5);
      agreeing = (agreeing + weight * static_cast<double>(level.agree)) / (1 + weight * pairs);
    }
    // Correlation of normal values whose pairs agree so often. That sine is the C library's own,
    // whose last bit never decides: agreeing is rational, needed is not.
    if (std::sin(std::numbers::pi * (agreeing - 0.5)) < level.needed) {
      return;
    }
    lowest_ = below;
  }
}

}  // namespace diwan
