// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
extern "C" {
#include "slurm-plugin/guard.h"
}

#include <array>
#include <csignal>
#include <cstdlib>

#include <gtest/gtest.h>

namespace {

TEST(Guard, GivesWhatWasGiven) {
  int argument = 7;
  EXPECT_EQ(diwan_guarded([](void* given) { return *static_cast<int*>(given); }, &argument), 7);
}

TEST(Guard, ComesBackFromEveryFaultAndAgainAndAgain) {
  for (int round = 0; round < 3; ++round) {
    for (int fault : {SIGSEGV, SIGBUS, SIGILL, SIGFPE}) {
      const auto raised = [](void* given) { return raise(*static_cast<int*>(given)); };
      EXPECT_EQ(diwan_guarded(raised, &fault), -1);
    }
    EXPECT_EQ(diwan_guarded([](void*) -> int { std::abort(); }, nullptr), -1);
  }
}

TEST(Guard, AFaultOutsideDoesWhatItDid) {
  struct sigaction before {};
  sigaction(SIGSEGV, nullptr, &before);
  diwan_guarded([](void*) { return raise(SIGSEGV); }, nullptr);
  struct sigaction after {};
  sigaction(SIGSEGV, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
}

}  // namespace
