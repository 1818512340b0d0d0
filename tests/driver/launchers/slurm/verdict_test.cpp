// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/verdict.hpp"

#include <gtest/gtest.h>

#include "driver/launchers/slurm/task_script.hpp"

namespace diwan::slurm {
namespace {

JobTask in_state(JobState state, std::string reason = {}) {
  return {.array = 12,
          .task = 3,
          .state = state,
          .reason = std::move(reason),
          .restarts = 0,
          .exit_code = 7,
          .signal = 0,
          .nodes = "n1"};
}

TEST(Verdict, TellsTheWaysApartInWhichAJobEnds) {
  struct Case {
    JobState state;
    RunOutcome outcome;
    LostCause cause;
  };
  for (const Case& expected :
       {Case{JobState::preempted, RunOutcome::lost, LostCause::preempted},
        Case{JobState::timeout, RunOutcome::lost, LostCause::time_limit},
        Case{JobState::node_fail, RunOutcome::lost, LostCause::node_gone},
        Case{JobState::cancelled, RunOutcome::lost, LostCause::unknown},
        Case{JobState::completed, RunOutcome::lost, LostCause::unknown},
        Case{JobState::failed, RunOutcome::lost, LostCause::unknown},
        Case{JobState::out_of_memory, RunOutcome::failed, LostCause::unknown}}) {
    EXPECT_TRUE(is_over(expected.state));
    const Ended ended = verdict({4, 2}, in_state(expected.state), false);
    EXPECT_EQ(ended.run, (RunKey{4, 2}));
    EXPECT_EQ(ended.outcome, expected.outcome);
    EXPECT_EQ(ended.cause, expected.cause);
    EXPECT_FALSE(ended.reason.empty());
    EXPECT_EQ(verdict({4, 2}, in_state(expected.state), true).outcome, RunOutcome::stopped);
  }
  for (const JobState state :
       {JobState::pending, JobState::running, JobState::completing, JobState::requeue_hold}) {
    EXPECT_FALSE(is_over(state));
  }
}

TEST(Verdict, SaysWithWhatAJobEndedThatLeftNoRecord) {
  EXPECT_EQ(verdict({1, 1}, in_state(JobState::failed), false).reason,
            "its job ended with exit status 7 and left no record of the trial");
}

TEST(Verdict, AdvisesWhereWaitingDoesNotHelp) {
  EXPECT_EQ(advice("Resources"), "");
  EXPECT_EQ(advice("Priority"), "");
  EXPECT_NE(advice("JobHeldUser"), "");
  EXPECT_NE(advice("launch_failed_requeued_held"), "");
  EXPECT_NE(advice("QOSMaxJobsPerUserLimit"), "");
  EXPECT_NE(advice("AssocGrpCpuLimit"), "");
}

TEST(TaskScript, QuotesItsPaths) {
  EXPECT_EQ(task_script("/opt/di wan", "/data/it's/arrays/7", true, std::chrono::minutes{63}),
            "#!/bin/sh\nexec '/opt/di wan' exec --array '/data/it'\\''s/arrays/7' --pilot "
            "--minutes 63\n");
}

TEST(TaskScript, NamesTheFieldThatMendsARefusal) {
  EXPECT_EQ(mend_of("partition"), "change spec.trialTemplate.trialSpec.spec.slurm.partition");
  EXPECT_EQ(mend_of("memory_mebibytes"),
            "change spec.trialTemplate.trialSpec.spec.resources.memory");
}

}  // namespace
}  // namespace diwan::slurm
