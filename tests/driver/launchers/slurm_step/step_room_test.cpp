// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/step_room.hpp"

#include <gtest/gtest.h>

namespace diwan::slurm_step {
namespace {

using namespace std::chrono_literals;

constexpr const char* away =
    "srun: error: Unable to confirm allocation for job 1: Unable to contact slurm controller "
    "(connect failure)";
constexpr const char* never =
    "srun: error: Unable to create step for job 1: Requested node configuration is not available";
constexpr const char* odd = "srun: error: Unable to create step for job 1: Protocol error";

class StepRoomTest : public testing::Test {
 protected:
  std::uint32_t trials(std::size_t running = 0) const { return room_.trials(running, now_); }
  void pass(std::chrono::seconds time) {
    now_ += time;
    room_.look(now_);
  }

  StepRoom room_{"1", 4};
  StepRoom::Time now_{1000s};
};

TEST(Refusal, IsKnownByTheWordsOfSlurm) {
  EXPECT_EQ(refusal_in(away), Refusal::away);
  EXPECT_EQ(refusal_in("srun: error: Socket timed out on send/recv operation"), Refusal::away);
  EXPECT_EQ(refusal_in(never), Refusal::never);
  EXPECT_EQ(refusal_in("srun: error: Invalid MPI type 'x', --mpi=list for acceptable types"),
            Refusal::never);
  EXPECT_EQ(refusal_in("Unable to create step: Job/step already completing or completed"),
            Refusal::job_over);
  EXPECT_EQ(refusal_in(odd), Refusal::other);
}

TEST_F(StepRoomTest, ClosesWhileSlurmIsAwayForEverLonger) {
  for (const auto pause : {5s, 7s, 11s, 16s, 25s, 37s, 56s, 60s, 60s}) {
    EXPECT_EQ(room_.not_begun(away + std::to_string(pause.count()), now_), "");
    EXPECT_EQ(trials(), 0U);
    pass(pause - 1s);
    EXPECT_EQ(trials(), 0U) << pause.count();
    pass(2s);
    EXPECT_EQ(trials(), 1U) << "one is tried";
    room_.waits(0, "", now_);
  }
  EXPECT_EQ(room_.take_notices().size(), 1U) << "in whatever words";

  room_.began(1);

  EXPECT_EQ(trials(1), 4U);
  room_.not_begun(away, now_);
  pass(6s);
  EXPECT_EQ(trials(2), 3U);
}

TEST_F(StepRoomTest, GivesUpWhatCanNeverBeAlsoAfterAStepBegan) {
  room_.began(1);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(room_.not_begun(never, now_), "");
    EXPECT_EQ(room_.not_begun(never, now_), "") << "of the same try";
    pass(60s);
  }

  EXPECT_EQ(room_.not_begun(never, now_),
            std::string("no trial's step can be started in job 1: ") + never);
}

TEST_F(StepRoomTest, GivesUpForAnUnknownReasonOnlyBeforeAnyStepBegan) {
  StepRoom other("1", 4);
  other.began(1);
  std::string why;
  for (int i = 0; i < 3; ++i) {
    why = room_.not_begun(odd, now_);
    EXPECT_EQ(other.not_begun(odd, now_), "");
    pass(60s);
  }

  EXPECT_NE(why, "");
}

TEST_F(StepRoomTest, ShrinksToWhatRunsAndIsWidenedAgain) {
  room_.began(1);
  room_.began(2);
  room_.waits(2, "", now_);
  EXPECT_EQ(trials(2), 2U);
  EXPECT_EQ(room_.take_notices().size(), 1U);

  pass(31s);
  EXPECT_EQ(trials(2), 3U);
  room_.waits(2, "", now_);  // still no room: the next try is later
  EXPECT_TRUE(room_.take_notices().empty()) << "said already";
  pass(31s);
  EXPECT_EQ(trials(2), 2U);
  pass(15s);
  EXPECT_EQ(trials(2), 3U);
  room_.began(3);
  pass(31s);
  EXPECT_EQ(trials(3), 4U);
}

TEST_F(StepRoomTest, StartsNothingWhileTheJobMayEnd) {
  room_.began(1);
  room_.told_to_end(now_);
  EXPECT_EQ(trials(), 0U);

  pass(31s);
  EXPECT_EQ(trials(), 4U);
}

TEST_F(StepRoomTest, TellsOnceWhyTheFirstStepWaits) {
  room_.waits(0, "srun: busy", now_);
  room_.waits(0, "", now_);

  const std::vector<std::string> told = room_.take_notices();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told.front().starts_with("the first trial's step has waited for 15 s (srun: busy)"));
}

}  // namespace
}  // namespace diwan::slurm_step
