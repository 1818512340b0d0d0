// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/scheduler/job_state.hpp"

#include <gtest/gtest.h>

namespace diwan::slurm {
namespace {

TEST(TaskRanges, AreReadAsSlurmWritesThem) {
  EXPECT_EQ(parse_task_ranges("0-3,7,9-10%2"), (TaskRanges{{0, 3}, {7, 7}, {9, 10}}));
  EXPECT_EQ(parse_task_ranges("4%1"), (TaskRanges{{4, 4}}));
  EXPECT_EQ(parse_task_ranges("0-5:2%3,8"), (TaskRanges{{0, 0}, {2, 2}, {4, 4}}));
  EXPECT_EQ(parse_task_ranges("4294967294-4294967295"), (TaskRanges{{4294967294U, 4294967295U}}));
}

TEST(TaskRanges, OfATextThatIsNoneAreWhatCanBeRead) {
  EXPECT_EQ(parse_task_ranges(""), TaskRanges{});
  EXPECT_EQ(parse_task_ranges("N/A"), TaskRanges{});
  EXPECT_EQ(parse_task_ranges("0-3,5-"), (TaskRanges{{0, 3}}));
  EXPECT_EQ(parse_task_ranges("0-3,..."), (TaskRanges{{0, 3}}));
  EXPECT_EQ(parse_task_ranges("7-3"), TaskRanges{});
  EXPECT_EQ(parse_task_ranges("0-9:0"), TaskRanges{});
  EXPECT_EQ(parse_task_ranges("99999999999"), TaskRanges{});
}

TEST(TaskRanges, AreWrittenShort) {
  EXPECT_EQ(task_names(12, {3, 0, 7, 1, 2, 7}), "12_[0-3,7]");
  EXPECT_EQ(task_names(12, {5}), "12_[5]");
}

TEST(JobStates, OfSlurmAreOurs) {
  EXPECT_EQ(state_of_slurm("COMPLETED"), JobState::completed);
  EXPECT_EQ(state_of_slurm("CONFIGURING"), JobState::running);
  EXPECT_EQ(state_of_slurm("SUSPENDED"), JobState::running);
  EXPECT_EQ(state_of_slurm("DEADLINE"), JobState::timeout);
  EXPECT_EQ(state_of_slurm("BOOT_FAIL"), JobState::node_fail);
  EXPECT_EQ(state_of_slurm("SPECIAL_EXIT"), JobState::requeue_hold);
}

TEST(JobStates, ARequeuedTaskThatIsHeldDoesNotMerelyWait) {
  EXPECT_EQ(with_reason(JobState::pending, "job_requeued_in_held_state"), JobState::requeue_hold);
  EXPECT_EQ(with_reason(JobState::pending, "launch_failed_requeued_held"), JobState::requeue_hold);
  EXPECT_EQ(with_reason(JobState::pending, "JobHeldUser"), JobState::pending);
  EXPECT_EQ(with_reason(JobState::failed, "job_requeued_in_held_state"), JobState::failed);
}

TEST(JobStates, AWaitStatusIsAnExitCodeOrASignal) {
  JobTask task;
  task.state = JobState::failed;
  set_exit(task, 7U << 8U);
  EXPECT_EQ(task.exit_code, 7);
  EXPECT_EQ(task.signal, std::nullopt);

  JobTask killed;
  killed.state = JobState::failed;
  set_exit(killed, 9);
  EXPECT_EQ(killed.exit_code, std::nullopt);
  EXPECT_EQ(killed.signal, 9);

  JobTask cancelled;
  cancelled.state = JobState::cancelled;
  set_exit(cancelled, 15);
  EXPECT_EQ(cancelled.signal, std::nullopt);
}

}  // namespace
}  // namespace diwan::slurm
