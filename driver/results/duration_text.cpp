// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/duration_text.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace diwan {

std::string duration_text(double seconds) {
  std::array<char, 48> text{};
  const auto whole = static_cast<std::int64_t>(std::llround(std::fmax(seconds, 0)));
  int length = 0;
  if (seconds < 60) {
    length = std::snprintf(text.data(), text.size(), "%.1fs", std::fmax(seconds, 0));
  } else if (whole < 3600) {
    length = std::snprintf(text.data(), text.size(), "%dm%02ds", static_cast<int>(whole / 60),
                           static_cast<int>(whole % 60));
  } else if (whole < 86400) {
    length = std::snprintf(text.data(), text.size(), "%dh%02dm", static_cast<int>(whole / 3600),
                           static_cast<int>(whole / 60 % 60));
  } else {
    length =
        std::snprintf(text.data(), text.size(), "%lldd%02dh", static_cast<long long>(whole / 86400),
                      static_cast<int>(whole / 3600 % 24));
  }
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace diwan
