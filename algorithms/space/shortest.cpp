// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/shortest.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace diwan {

std::string shortest(double value) {
  if (std::isnan(value)) {
    return "nan";
  }
  if (std::isinf(value)) {
    return value < 0 ? "-inf" : "inf";
  }
  const double size = std::fabs(value);
  const auto format = size == 0 || (size >= 1e-4 && size < 1e16) ? std::chars_format::fixed
                                                                 : std::chars_format::scientific;
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, format).ptr;
  return {text.data(), end};
}

}  // namespace diwan
