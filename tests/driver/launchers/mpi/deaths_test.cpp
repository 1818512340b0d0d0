// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <csignal>

#include <gtest/gtest.h>

#include "rank0.hpp"

// Each of these needs a world of its own under mpirun --enable-recovery.

namespace diwan {
namespace {

using namespace std::chrono_literals;

struct Two {
  RunKey doomed;
  RunKey other;
};

/// Two trials with a child each, one on each worker.
Two two_long_trials() {
  const std::string script = "sleep 300 & wait";
  const Two two{.doomed = rank0().submit(script), .other = rank0().submit(script)};
  EXPECT_TRUE(rank0().poll_until_started(two.doomed));
  EXPECT_TRUE(rank0().poll_until_started(two.other));
  return two;
}

/// One is lost with its worker, nothing of it is left, and the other worker goes on.
void expect_only_one_lost(const Two& two, LostCause cause) {
  ASSERT_TRUE(rank0().poll_until_ended(two.doomed, 15s)) << rank0().notices();
  EXPECT_EQ(rank0().end(two.doomed).outcome, RunOutcome::lost);
  EXPECT_EQ(rank0().end(two.doomed).cause, cause);
  EXPECT_TRUE(rank0().poll_until([&] { return !runs(rank0().start(two.doomed).pid); }, 10s));
  EXPECT_TRUE(rank0().poll_until([] { return rank0().launcher().capacity() == 1; }, 10s));
  EXPECT_TRUE(runs(rank0().start(two.other).pid));
  EXPECT_EQ(rank0().ends(two.other), 0U);

  rank0().launcher().cancel(std::span(&two.other, 1), true);
  ASSERT_TRUE(rank0().poll_until_ended(two.other));
  const RunKey next = rank0().submit("echo loss=1");
  ASSERT_TRUE(rank0().poll_until_ended(next));
  EXPECT_EQ(rank0().end(next).outcome, RunOutcome::succeeded);
}

TEST(DeadWorker, CostsOnlyItsTrial) {
  const Two two = two_long_trials();

  ::kill(worker_of(rank0().start(two.doomed)), SIGKILL);

  // It may start again as soon as it is told lost, so nothing of it may be left by then.
  ASSERT_TRUE(rank0().poll_until_ended(two.doomed, 15s)) << rank0().notices();
  EXPECT_FALSE(runs(rank0().start(two.doomed).pid));
  expect_only_one_lost(two, LostCause::node_gone);
  EXPECT_NE(rank0().notices().find("is gone"), std::string::npos) << rank0().notices();
}

TEST(DeadSupervisor, CostsItsTrialAndItsWorkersSlot) {
  const Two two = two_long_trials();

  ::kill(supervisor_of(rank0().start(two.doomed)), SIGKILL);

  ASSERT_TRUE(rank0().poll_until_ended(two.doomed, 15s));
  expect_only_one_lost(two, rank0().end(two.doomed).cause);
  EXPECT_NE(rank0().notices().find("supervisor"), std::string::npos) << rank0().notices();
}

TEST(SilentWorker, IsToldToEndWhenItComesBack) {
  const Two two = two_long_trials();
  const pid_t worker = worker_of(rank0().start(two.doomed));

  ::kill(worker, SIGSTOP);
  ASSERT_TRUE(rank0().poll_until_ended(two.doomed, 15s));
  EXPECT_TRUE(runs(rank0().start(two.doomed).pid));
  ::kill(worker, SIGCONT);

  expect_only_one_lost(two, LostCause::node_gone);
  EXPECT_TRUE(rank0().poll_until([&] { return !runs(worker); }, 10s));
}

TEST(LastWorker, LeavesALauncherThatSaysSo) {
  const Two two = two_long_trials();

  ::kill(worker_of(rank0().start(two.doomed)), SIGKILL);
  ::kill(worker_of(rank0().start(two.other)), SIGKILL);

  EXPECT_TRUE(rank0().poll_until_ended(two.doomed, 15s));
  EXPECT_TRUE(rank0().poll_until_ended(two.other, 15s));
  EXPECT_EQ(rank0().launcher().capacity(), 0U);
  EXPECT_THROW(rank0().poll_until([] { return false; }, 5s), std::runtime_error);
}

// The background of rank0_death_test.py, which kills us.
TEST(Rank0, DISABLED_TwoTrialsRunForEver) {
  two_long_trials();

  rank0().poll_until([] { return false; }, 60s);
}

}  // namespace
}  // namespace diwan
