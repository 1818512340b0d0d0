// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/decimal_grid.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/space/shortest.hpp"

namespace diwan {
namespace {

std::vector<std::string> texts(const DecimalGrid& grid) {
  std::vector<std::string> result;
  for (std::uint64_t i = 0; i < grid.count(); ++i) {
    result.push_back(shortest(grid.at(i)));
  }
  return result;
}

TEST(DecimalGrid, ReadsAsTheDecimalsThatWereMeant) {
  EXPECT_EQ(texts(DecimalGrid(0.1, 0.7, 0.1)),
            (std::vector<std::string>{"0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7"}));
  EXPECT_EQ(texts(DecimalGrid(-0.2, 0.1, 0.1)),
            (std::vector<std::string>{"-0.2", "-0.1", "0", "0.1"}));
  EXPECT_EQ(texts(DecimalGrid(1e-5, 5e-5, 1e-5)),
            (std::vector<std::string>{"1e-05", "2e-05", "3e-05", "4e-05", "5e-05"}));
}

TEST(DecimalGrid, KeepsTheTopValueAndStopsBelowHigh) {
  EXPECT_EQ(DecimalGrid(0.001, 0.01, 0.001).count(), 10U);
  EXPECT_EQ(DecimalGrid(0, 1, 0.3).count(), 4U);
  EXPECT_EQ(DecimalGrid(0, 1, 0.1).count(), 11U);
  EXPECT_EQ(DecimalGrid(2, 2, 0.5).count(), 1U);
  EXPECT_EQ(DecimalGrid(0, 1, 5).count(), 1U);
}

TEST(DecimalGrid, WorksWhereNoWholeNumberHoldsTheDecimals) {
  const DecimalGrid tiny(1e-30, 5e-30, 1e-30);
  ASSERT_EQ(tiny.count(), 5U);
  EXPECT_EQ(shortest(tiny.at(2)), "3e-30");

  const DecimalGrid huge(0, 1e300, 1e299);
  ASSERT_EQ(huge.count(), 11U);
  EXPECT_EQ(shortest(huge.at(10)), "1e+300");
}

TEST(DecimalGrid, RefusesMoreValuesThanADoubleCanCount) {
  EXPECT_THROW(DecimalGrid(0, 1, 1e-17), std::invalid_argument);
}

}  // namespace
}  // namespace diwan
