// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/decimal_grid.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <string>

namespace diwan {
namespace {

constexpr double largest_whole = 0x1p53;
constexpr int most_exact_power = 22;  // 10^22 is the largest power of ten that a double holds

/// Digits after the point of the shortest decimal text of x.
int decimals_of(double x) {
  std::array<char, 40> text{};
  const char* end =
      std::to_chars(text.data(), text.data() + text.size(), x, std::chars_format::scientific).ptr;
  const char* e = std::find(text.data(), const_cast<char*>(end), 'e');
  const char* point = std::find(static_cast<const char*>(text.data()), e, '.');
  const int digits = point == e ? 0 : static_cast<int>(e - point) - 1;
  int exponent = 0;
  std::from_chars(e + (e[1] == '+' ? 2 : 1), end, exponent);
  return std::max(0, digits - exponent);
}

/// x rounded to `decimals` digits after the point.
double rounded(double x, int decimals) {
  // Fixed notation of a double needs up to 309 digits before the point.
  std::array<char, 1500> text{};
  const auto [end, problem] = std::to_chars(text.data(), text.data() + text.size(), x,
                                            std::chars_format::fixed, std::min(decimals, 1100));
  double result = x;
  if (problem == std::errc{}) {
    std::from_chars(text.data(), end, result);
  }
  return result;
}

}  // namespace

DecimalGrid::DecimalGrid(double low, double high, double step) : low_(low), step_(step) {
  decimals_ = std::max(decimals_of(low), decimals_of(step));
  const int all_decimals = std::max(decimals_, decimals_of(high));
  const double ratio = (high - low) / step;
  if (!(ratio < largest_whole)) {
    throw std::invalid_argument(
        "a step so small that there are more than 2^53 values; make it larger");
  }
  double last = std::floor(ratio * (1 + 1e-12) + 1e-9);
  if (all_decimals <= most_exact_power) {
    double unit = 1;
    for (int i = 0; i < all_decimals; ++i) {
      unit *= 10;
    }
    // A double times a power of ten is within an ulp of the whole number that its text stands for.
    const double whole_low = std::round(low * unit);
    const double whole_high = std::round(high * unit);
    const double whole_step = std::round(step * unit);
    if (std::fabs(whole_low) < largest_whole && std::fabs(whole_high) < largest_whole &&
        whole_high - whole_low < largest_whole) {
      exact_ = true;
      unit_ = unit;
      whole_low_ = whole_low;
      whole_step_ = whole_step;
      last = std::floor((whole_high - whole_low) / whole_step);
      // The quotient was rounded; the products are exact.
      while (last > 0 && whole_low + last * whole_step > whole_high) {
        --last;
      }
      while (whole_low + (last + 1) * whole_step <= whole_high) {
        ++last;
      }
    }
  }
  count_ = static_cast<std::uint64_t>(last) + 1;
}

double DecimalGrid::at(std::uint64_t index) const {
  const auto k = static_cast<double>(index);
  if (exact_) {
    // Both are exact, so the quotient is the double nearest to the decimal.
    return (whole_low_ + k * whole_step_) / unit_;
  }
  return index == 0 ? low_ : rounded(low_ + k * step_, decimals_);
}

}  // namespace diwan
