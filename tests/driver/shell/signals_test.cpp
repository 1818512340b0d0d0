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

}  // namespace
}  // namespace diwan
