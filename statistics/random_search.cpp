// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "statistics/random_search.hpp"

#include <algorithm>
#include <vector>

#include "statistics/beta.hpp"

namespace diwan::statistics {

std::optional<BestOf> best_of(std::span<const double> results, std::size_t draws,
                              Direction direction) {
  if (draws == 0 || draws > results.size()) {
    return std::nullopt;
  }
  std::vector<double> sorted(results.begin(), results.end());  // the best first
  std::sort(sorted.begin(), sorted.end());
  if (direction == Direction::maximize) {
    std::reverse(sorted.begin(), sorted.end());
  }
  // P(best is sorted[i]) = C(n-i-1, k-1) / C(n, k): k/n for the first, then by its ratio.
  const auto n = static_cast<double>(sorted.size());
  const auto k = static_cast<double>(draws);
  double share = k / n;
  double sum = 0;
  BestOf best{.draws = draws, .expected = 0, .low = sorted.front(), .high = sorted.front()};
  for (std::size_t i = 0; i + draws <= sorted.size(); ++i) {
    best.low = sum < 0.05 ? sorted[i] : best.low;
    best.high = sum < 0.95 ? sorted[i] : best.high;
    best.expected += share * sorted[i];
    sum += share;
    const double left = n - static_cast<double>(i) - 1;
    share *= left > 0 ? (left - k + 1) / left : 0;
  }
  if (best.low > best.high) {
    std::swap(best.low, best.high);
  }
  return best;
}

ShareAsGood share_as_good(std::span<const double> results, double value, Direction direction) {
  const auto as_good = [&](double result) {
    return direction == Direction::minimize ? result <= value : result >= value;
  };
  const auto count = std::count_if(results.begin(), results.end(), as_good);
  ShareAsGood share{.as_good = static_cast<std::size_t>(count), .of = results.size()};
  const auto n = static_cast<double>(results.size());
  const auto x = static_cast<double>(count);
  share.low = x > 0 ? beta_quantile(0.025, x, n - x + 1) : 0;
  share.high = x < n ? beta_quantile(0.975, x + 1, n - x) : 1;
  return share;
}

}  // namespace diwan::statistics
