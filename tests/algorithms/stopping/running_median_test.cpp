// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/stopping/running_median.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace diwan {
namespace {

TEST(RunningMedian, IsTheOneInTheMiddleOrTheMeanOfTheTwo) {
  RunningMedian numbers;
  const double all[] = {5, 1, 4, 4, -2, 10};
  const double medians[] = {5, 3, 4, 4, 4, 4};

  for (std::size_t i = 0; i < 6; ++i) {
    numbers.add(all[i]);

    EXPECT_EQ(numbers.size(), i + 1);
    EXPECT_EQ(numbers.median(), medians[i]) << i;
  }
}

TEST(RunningMedian, DoesNotOverflow) {
  RunningMedian numbers;
  const double most = std::numeric_limits<double>::max();

  numbers.add(most);
  numbers.add(most);

  EXPECT_EQ(numbers.median(), most);
}

}  // namespace
}  // namespace diwan
