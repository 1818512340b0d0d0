// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/observation.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace diwan {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Observation example() {
  Observation observation;
  observation.metric = 1;
  observation.step = 3;
  observation.value = 0.5;
  observation.text = "x";
  observation.time = Time{std::chrono::microseconds{7}};
  return observation;
}

TEST(Observation, EqualsItsCopy) { EXPECT_EQ(example(), example()); }

TEST(Observation, EqualsWithTwoNaNsAndDiffersWithOne) {
  Observation left = example();
  Observation right = example();
  left.value = nan;

  EXPECT_FALSE(left == right);

  right.value = -nan;
  EXPECT_EQ(left, right);
}

TEST(Observation, DiffersInEachFieldAlone) {
  const Observation base = example();
  Observation other = base;
  other.metric = 2;
  EXPECT_FALSE(base == other);
  other = base;
  other.step.reset();
  EXPECT_FALSE(base == other);
  other = base;
  other.value = 0.6;
  EXPECT_FALSE(base == other);
  other = base;
  other.text = "y";
  EXPECT_FALSE(base == other);
  other = base;
  other.time.reset();
  EXPECT_FALSE(base == other);
}

}  // namespace
}  // namespace diwan
