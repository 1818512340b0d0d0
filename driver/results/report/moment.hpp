// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>

#include "driver/results/report/history.hpp"

namespace diwan {

/// Times as a report has them: whole milliseconds since the first record.
class Moments {
 public:
  explicit Moments(const RunHistory& history)
      : origin_(history.owners().empty() ? Time{} : history.owners().front().from) {}

  Time origin() const { return origin_; }
  std::int64_t of(Time time) const {
    return std::chrono::floor<std::chrono::milliseconds>(time - origin_).count();
  }

 private:
  Time origin_;
};

}  // namespace diwan
