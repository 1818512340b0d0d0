// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/requeue.hpp"

#include <string>

#include <gtest/gtest.h>

namespace diwan {
namespace {

/// As Slurm 22.05 prints it, cut.
std::string job(const std::string& state, const std::string& reason, const std::string& preempted) {
  return "JobId=7 JobName=diwan Priority=4294901756 JobState=" + state + " Reason=" + reason +
         " Dependency=(null) Requeue=1 Restarts=1 EndTime=2026-11-29T21:41:36 " +
         "PreemptEligibleTime=2026-11-29T21:41:33 PreemptTime=" + preempted + " Partition=main\n";
}

TEST(Requeue, ARunningJobMayGoBackIntoTheQueue) {
  EXPECT_TRUE(may_requeue(job("RUNNING", "None", "None"), "7"));
}

TEST(Requeue, SoMayOneThatItsTimeLimitOrAPreemptionEnds) {
  EXPECT_TRUE(may_requeue(job("COMPLETING", "TimeLimit", "None"), "7"));
  EXPECT_TRUE(may_requeue(job("COMPLETING", "None", "2026-11-29T21:41:36"), "7"));
}

TEST(Requeue, ACancelledOrRequeuedJobMayNot) {
  EXPECT_FALSE(may_requeue(job("COMPLETING", "None", "None"), "7"));
  EXPECT_FALSE(may_requeue(job("CANCELLED", "None", "None"), "7"));
  EXPECT_FALSE(may_requeue(job("PENDING", "BeginTime", "2026-11-29T21:41:36"), "7"));
  EXPECT_FALSE(may_requeue("", "7"));
}

TEST(Requeue, OfAnArrayTheTasksOwnLineCounts) {
  const std::string other = "JobId=8 JobName=diwan JobState=RUNNING Reason=None Restarts=0\n";

  EXPECT_FALSE(may_requeue(other + job("COMPLETING", "None", "None"), "7"));
  EXPECT_FALSE(may_requeue(job("RUNNING", "None", "None"), "77"));
}

TEST(Requeue, OutsideAJobThereIsNothingToRequeue) {
  EXPECT_EQ(requeue_job({}), "nothing to requeue: this is no Slurm job");
}

}  // namespace
}  // namespace diwan
