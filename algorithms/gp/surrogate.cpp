// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/surrogate.hpp"

#include <algorithm>
#include <numeric>

namespace diwan::gp {

std::vector<std::size_t> Surrogate::promising(std::size_t most, std::uint64_t /*index*/) const {
  const std::vector<double>& all = outputs();
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::size_t count = std::min(most, order.size());
  std::partial_sort(
      order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
      [&](std::size_t a, std::size_t b) { return all[a] != all[b] ? all[a] < all[b] : a < b; });
  order.resize(count);
  return order;
}

}  // namespace diwan::gp
