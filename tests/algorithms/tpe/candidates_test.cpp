// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/candidates.hpp"

#include <array>

#include <gtest/gtest.h>

namespace diwan {
namespace {

using Row = std::array<double, 2>;

TEST(Candidates, KnowWhichRowsTheyHold) {
  Candidates drawn({0, 1});
  EXPECT_FALSE(drawn.contains(Row{0, 0}));

  drawn.add(Row{0, 1}, 0);
  drawn.add(Row{1, 0}, 0);

  EXPECT_TRUE(drawn.contains(Row{0, 1}));
  EXPECT_TRUE(drawn.contains(Row{-0.0, 1}));
  EXPECT_TRUE(drawn.contains(Row{1, 0}));
  EXPECT_FALSE(drawn.contains(Row{1, 1}));
}

// Comparing every row with every other would take 10^10 comparisons.
TEST(Candidates, FindARowAmongAHundredThousandAtOnce) {
  constexpr int rows = 100'000;
  Candidates drawn({0, 1});

  for (int i = 0; i < rows; ++i) {
    const Row row{0.5, i / 7.0};
    ASSERT_FALSE(drawn.contains(row));
    drawn.add(row, i);
  }

  EXPECT_EQ(drawn.size(), static_cast<std::size_t>(rows));
  for (int i = 0; i < rows; ++i) {
    ASSERT_TRUE(drawn.contains(Row{0.5, i / 7.0}));
  }
}

}  // namespace
}  // namespace diwan
