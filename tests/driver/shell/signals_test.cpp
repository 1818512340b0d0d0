// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/signals.hpp"

#include <csignal>
#include <vector>

#include <gtest/gtest.h>

namespace diwan {
namespace {

TEST(Signals, AreTakenOnceInTheOrderTheyCame) {
  Signals signals;

  std::raise(SIGUSR1);
  std::raise(SIGTERM);

  EXPECT_EQ(signals.take(), (std::vector<int>{SIGUSR1, SIGTERM}));
  EXPECT_TRUE(signals.take().empty());
}

TEST(Signals, ABrokenPipeEndsNothingMeanwhile) {
  struct sigaction before = {};
  sigaction(SIGPIPE, nullptr, &before);
  {
    const Signals signals;
    std::raise(SIGPIPE);
  }

  struct sigaction after = {};
  sigaction(SIGPIPE, nullptr, &after);
  EXPECT_EQ(after.sa_handler, before.sa_handler);
}

}  // namespace
}  // namespace diwan
