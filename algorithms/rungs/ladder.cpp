// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/rungs/ladder.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace diwan {
namespace {

// Powers of eta are exact for whole eta, quotients may be an ulp off: 81 / 27 must give level 3.
constexpr double tolerance = 1e-9;

double floor_of(double value) { return std::floor(value * (1 + tolerance)); }

double power(double base, std::size_t exponent) {
  double result = 1;
  for (std::size_t i = 0; i < exponent; ++i) {
    result *= base;
  }
  return result;
}

/// The largest value of the domain that does not exceed `exact`, or its least.
double snapped(const Axis& axis, double exact) {
  if (!axis.count()) {
    return axis.value(axis.position(exact));
  }
  std::uint64_t low = 0;
  std::uint64_t high = *axis.count() - 1;
  while (low < high) {
    const std::uint64_t middle = high - (high - low) / 2;
    if (axis.value_at(middle) <= exact * (1 + tolerance)) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return axis.value_at(low);
}

}  // namespace

Ladder::Ladder(const Bounds& bounds, const Axis* axis) : eta_(bounds.eta) {
  std::size_t highest = 0;
  while (bounds.least * power(eta_, highest + 1) <= bounds.most * (1 + tolerance)) {
    ++highest;
  }
  for (std::size_t level = 0; level <= highest; ++level) {
    const double exact = bounds.most / power(eta_, highest - level);
    const double resource =
        axis != nullptr ? snapped(*axis, exact) : std::max(1.0, floor_of(exact));
    // Steps coarser than the ladder make levels fall together.
    if (resources_.empty() || resource > resources_.back()) {
      resources_.push_back(resource);
    }
  }
}

std::size_t Ladder::level_of(double resource) const {
  const auto above =
      std::upper_bound(resources_.begin(), resources_.end(), resource * (1 + tolerance));
  return above == resources_.begin() ? 0 : static_cast<std::size_t>(above - resources_.begin()) - 1;
}

std::size_t Ladder::starters(std::size_t base) const {
  const std::size_t s = top() - base;
  const double exact = static_cast<double>(size()) / static_cast<double>(s + 1) * power(eta_, s);
  return static_cast<std::size_t>(std::ceil(exact * (1 - tolerance)));
}

std::size_t Ladder::share(std::size_t count) const {
  return static_cast<std::size_t>(floor_of(static_cast<double>(count) / eta_));
}

}  // namespace diwan
