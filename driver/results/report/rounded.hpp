// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>

namespace diwan {

/// The number with five digits: what a figure shows, in a third of the bytes.
inline double five_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.5g", value);
  return std::strtod(text.data(), nullptr);
}

}  // namespace diwan
