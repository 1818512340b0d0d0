// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <compare>
#include <cstdint>

namespace diwan {

/// Names one launch of one trial for ever: both count from 1. The idempotency key of every
/// launcher.
struct RunKey {
  std::uint32_t trial = 0;
  std::uint32_t attempt = 0;
  // clang-tidy 14 takes the zero of a defaulted comparison for a pointer.
  auto operator<=>(const RunKey&) const = default;  // NOLINT(modernize-use-nullptr)
};

}  // namespace diwan
