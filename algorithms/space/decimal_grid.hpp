// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>

namespace diwan {

/// The numbers low + k*step <= high, each the double nearest to its decimal text.
///
/// Sums of doubles give 0.30000000000000004 and lose the top value of 0.1 to 0.7 by 0.1; here low,
/// step and high are taken as the shortest decimals that they stand for, and added as such.
class DecimalGrid {
 public:
  DecimalGrid() = default;
  /// Needs finite low <= high and step > 0.
  /// @throws std::invalid_argument when there are more than 2^53 values.
  DecimalGrid(double low, double high, double step);

  std::uint64_t count() const { return count_; }
  double step() const { return step_; }
  double at(std::uint64_t index) const;

  bool operator==(const DecimalGrid&) const = default;

 private:
  double low_ = 0;
  double step_ = 1;
  std::uint64_t count_ = 1;
  int decimals_ = 0;
  // In units of 10^-decimals_, where low and step are whole numbers that doubles hold exactly.
  bool exact_ = false;
  double whole_low_ = 0;
  double whole_step_ = 0;
  double unit_ = 1;
};

}  // namespace diwan
