// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/ask_clock.hpp"

#include <gtest/gtest.h>

namespace diwan::slurm {
namespace {

using namespace std::chrono_literals;

TEST(AskClock, AsksEverMoreSeldomAndNeverInStep) {
  AskClock clock{1};
  AskClock other{2};
  AskClock::Time now{};
  AskClock::Duration last{};
  for (int i = 0; i < 20; ++i) {
    now = clock.next();
    clock.asked(now, 30s);
    other.asked(now, 30s);
    last = clock.next() - now;
    EXPECT_FALSE(clock.due(clock.next() - 1ms));
    EXPECT_TRUE(clock.due(clock.next()));
  }
  EXPECT_GE(last, 24s);
  EXPECT_LE(last, 36s);
  EXPECT_NE(clock.next(), other.next());
}

TEST(AskClock, HurriesToASecondAndNoFurther) {
  AskClock clock{1};
  const AskClock::Time now{100s};
  for (int i = 0; i < 20; ++i) {
    clock.asked(now, 60s);
  }
  clock.hurry(now);
  EXPECT_LE(clock.next(), now + 1200ms);
  EXPECT_GE(clock.next(), now + 800ms);
  const AskClock::Time due = clock.next();
  clock.hurry(now + 500ms);
  EXPECT_EQ(clock.next(), due) << "what is due soon is not put off";
}

}  // namespace
}  // namespace diwan::slurm
