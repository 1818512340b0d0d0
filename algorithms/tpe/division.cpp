// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/division.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace diwan {

std::size_t Division::good_size(std::size_t n, std::optional<double> gamma) {
  constexpr std::size_t most = 25;
  const auto count = static_cast<double>(n);
  const double size = gamma ? *gamma * std::sqrt(count) : 0.15 * count;
  return std::min(static_cast<std::size_t>(std::ceil(size)), most);
}

std::vector<Division::Move> Division::take(const Result& result) {
  bad_.insert(result);
  const std::size_t size = good_size(good_.size() + bad_.size(), gamma_);
  const std::optional<double> best_bad_before = best_bad_;
  std::vector<Move> moves;
  // One result came, so at most one goes up for its rank and one for the size, and one comes down.
  while (!bad_.empty() &&
         (good_.size() < size || (!good_.empty() && *bad_.begin() < *good_.rbegin()))) {
    const auto node = bad_.extract(bad_.begin());
    moves.push_back({.observation = node.value().observation, .to_good = true});
    good_.insert(node.value());
  }
  while (good_.size() > size) {
    const auto node = good_.extract(std::prev(good_.end()));
    moves.push_back({.observation = node.value().observation, .to_good = false});
    bad_.insert(node.value());
  }
  best_bad_ = bad_.empty() ? std::nullopt : std::optional(bad_.begin()->value);
  changed_ = changed_ || !moves.empty() || best_bad_ != best_bad_before;
  return moves;
}

std::vector<Division::Weighted> Division::good() const {
  changed_ = false;
  std::vector<Weighted> result;
  double most = 0;
  for (const Result& one : good_) {
    // Halves, so that the difference of two huge values is finite.
    const double gain = best_bad_ ? 0.5 * *best_bad_ - 0.5 * one.value : 1;
    result.push_back({.observation = one.observation, .weight = gain});
    most = std::max(most, gain);
  }
  for (Weighted& one : result) {
    one.weight = most > 0 ? std::max(1e-12, one.weight / most) : 1;
  }
  return result;
}

}  // namespace diwan
