// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/step_folder.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>

#include <gtest/gtest.h>

#include "driver/launchers/supervisor/environment.hpp"
#include "tests/driver/launchers/listener.hpp"

namespace diwan::test {
namespace {

namespace fs = std::filesystem;

class StepEnd : public testing::Test {
 protected:
  StepEnd() : folder_{directory_.path() / "step"}, log_{directory_.path() / "stderr.log"} {
    make_step_folder(folder_, 1, "5 0");
  }
  static void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }
  void begin() const { write_step_begin(folder_, begun); }
  Ended judged() const {
    Ended ended;
    ended.outcome = RunOutcome::failed;
    ended.exit_code = 1;
    ended.reason = "exit status 1";
    judge_step(folder_, log_, ended);
    return ended;
  }

  static inline const StepBegin begun{"5.2", "n[1-2]", "0,1", Time{std::chrono::seconds{1000}}};
  TemporaryDirectory directory_;
  StepFolder folder_;
  fs::path log_;
};

TEST_F(StepEnd, IsThatOfTheRankThatFailed) {
  begin();
  write(folder_.failed(), "rank 1 on n2: exit status 3");
  write(log_, "slurmstepd: error: *** STEP 5.2 ON n1 CANCELLED AT 2026-11-30T03:53:12 ***\n");

  const Ended ended = judged();

  EXPECT_EQ(ended.outcome, RunOutcome::failed);
  EXPECT_EQ(ended.reason, "rank 1 on n2: exit status 3");
}

TEST_F(StepEnd, IsPreemptionWhereSlurmToldARankToEnd) {
  begin();
  write(folder_.told(), "signal Terminated\n");

  EXPECT_EQ(judged().outcome, RunOutcome::lost);
  EXPECT_EQ(judged().cause, LostCause::preempted);
}

TEST_F(StepEnd, IsPreemptionWhereRanksEndedInPeaceWithWorkLeft) {
  Ended ended;
  judge_step(folder_, log_, ended);
  EXPECT_EQ(ended.outcome, RunOutcome::succeeded);

  write(folder_.unfinished(), "rank 1 on n2: exit status 1");
  judge_step(folder_, log_, ended);
  EXPECT_EQ(ended.cause, LostCause::preempted);
}

TEST_F(StepEnd, IsPreemptionWhereARankFailedSinceAnotherHadBeenTold) {
  begin();
  write(folder_.told(), "signal Terminated\n");
  write(folder_.failed(), "rank 1 on n2: exit status 1");
  const auto time = fs::last_write_time(folder_.failed());
  fs::last_write_time(folder_.told(), time - std::chrono::milliseconds{20});
  EXPECT_EQ(judged().cause, LostCause::preempted);

  fs::last_write_time(folder_.told(), time + std::chrono::milliseconds{20});
  EXPECT_EQ(judged().outcome, RunOutcome::failed);
}

TEST_F(StepEnd, IsALostNodeWhereSrunSaysSo) {
  begin();
  write(log_, "loss=1\nsrun: error: Node failure on n2\nsrun: Job step aborted\n");

  EXPECT_EQ(judged().cause, LostCause::node_gone);
}

TEST_F(StepEnd, OfOneThatNeverBeganSaysWhatSrunSaid) {
  write(log_, "srun: error: Unable to create step for job 5: Invalid job id\nsrun: bye\n");

  EXPECT_EQ(judged().outcome, RunOutcome::lost);
  EXPECT_EQ(judged().cause, LostCause::not_begun);
  EXPECT_EQ(judged().reason,
            "its step did not begin: srun: error: Unable to create step for job 5: Invalid job id");
}

TEST_F(StepEnd, IsNotForWantOfABeginWhereSrunTellsOfItsTasks) {
  write(log_,
        "slurmstepd: error: execve(): /opt/diwan: No such file or directory\n"
        "srun: error: n2: task 1: Exited with exit code 2\n");

  EXPECT_EQ(judged().cause, LostCause::unknown);
}

TEST_F(StepEnd, IsNoBeginWhereARankWasHindered) {
  begin();
  write(folder_.hindered(), "port 4000 is in use");
  write(folder_.failed(), "rank 0 on n1: exit status 1");

  EXPECT_EQ(judged().outcome, RunOutcome::lost);
  EXPECT_EQ(judged().cause, LostCause::not_begun);
  EXPECT_EQ(judged().reason, "port 4000 is in use");
}

TEST_F(StepEnd, IsPreemptionWhereTheWholeJobWasCancelled) {
  begin();
  write(log_,
        "slurmstepd-n1: error: *** JOB 5 ON n1 CANCELLED AT 2026-11-30T03:53:12 ***\n"
        "slurmstepd-n1: error: *** STEP 5.2 ON n1 CANCELLED AT 2026-11-30T03:53:12 ***\n");

  EXPECT_EQ(judged().cause, LostCause::preempted);
}

TEST_F(StepEnd, OfOneThatSomebodyElseCancelledIsNotItsFailure) {
  begin();
  write(log_, "slurmstepd-n1: error: *** STEP 5.2 ON n1 CANCELLED AT 2026-11-30T03:53:12 ***\n");

  EXPECT_EQ(judged().outcome, RunOutcome::lost);
}

TEST_F(StepEnd, StaysAFailureWhereNobodySaysMore) {
  begin();

  EXPECT_EQ(judged().outcome, RunOutcome::failed);
  EXPECT_EQ(judged().reason, "exit status 1");
}

TEST_F(StepEnd, LeavesLogsThatGoWithTheRuns) {
  write(folder_.error(3), "text");
  RunPaths paths;
  paths.attempt = directory_.path();

  const std::vector<fs::path> files = log_files(paths);

  EXPECT_EQ(std::ranges::count(files, folder_.error(3)), 1);
  EXPECT_EQ(std::ranges::count(files, folder_.failed()), 0);
}

TEST_F(StepEnd, BeginIsReadOnlyWhole) {
  write(folder_.began(), "5.2\nn[1-2]\n");
  EXPECT_EQ(read_step_begin(folder_), StepBegin{});

  begin();
  EXPECT_EQ(read_step_begin(folder_), begun);
}

TEST_F(StepEnd, IsOfOneLifeOfTheJob) {
  EXPECT_EQ(step_of(folder_, "5 0"), "");

  begin();

  EXPECT_EQ(step_of(folder_, "5 0"), "5.2");
  EXPECT_EQ(step_of(folder_, "5 1"), "") << "that is another trial's";
}

}  // namespace
}  // namespace diwan::test
