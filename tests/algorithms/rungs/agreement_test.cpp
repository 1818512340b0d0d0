// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/rungs/agreement.hpp"

#include <gtest/gtest.h>

namespace diwan {
namespace {

TEST(Agreement, TrustsEveryLevelUntilItHasSeenEnough) {
  Agreement agreement(4);

  for (int i = 0; i < 7; ++i) {
    agreement.add(0, i, -i);
  }

  EXPECT_EQ(agreement.lowest_trusted(), 0U);
}

TEST(Agreement, AfterOneReversedLevelTrustsOnlyThoseThatShowedTheirWorth) {
  Agreement agreement(4);

  for (int i = 0; i < 8; ++i) {
    agreement.add(0, i, -i);
  }
  EXPECT_EQ(agreement.lowest_trusted(), 3U);
  for (int i = 0; i < 8; ++i) {
    agreement.add(2, i, i);
  }
  EXPECT_EQ(agreement.lowest_trusted(), 2U);
  for (int i = 0; i < 8; ++i) {
    agreement.add(1, i, i);
  }
  EXPECT_EQ(agreement.lowest_trusted(), 1U);
}

TEST(Agreement, KeepsTrustingLevelsThatAgree) {
  Agreement agreement(3);

  for (int i = 0; i < 40; ++i) {
    agreement.add(0, i, 2 * i);
    agreement.add(1, i, 3 * i + (i % 2));
  }

  EXPECT_EQ(agreement.lowest_trusted(), 0U);
}

TEST(Agreement, LearnsNothingFromTies) {
  Agreement agreement(2);

  for (int i = 0; i < 20; ++i) {
    agreement.add(0, 1, i);
  }

  EXPECT_EQ(agreement.lowest_trusted(), 0U);
}

}  // namespace
}  // namespace diwan
