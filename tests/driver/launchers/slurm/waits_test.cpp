// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/waits.hpp"

#include <gtest/gtest.h>

#include "tests/driver/launchers/slurm/launcher_play.hpp"

namespace diwan::slurm {
namespace {

class SlurmWaits : public LauncherPlay {
 protected:
  /// Polls until the launcher says that runs wait for some reason.
  bool until_some_wait(Launcher& launcher) {
    return poll(launcher, [&] {
      if (std::optional<Waits> said = launcher.waits()) {
        groups_ = said->groups;
      }
      return !groups_.empty();
    });
  }

  std::vector<Waits::Group> groups_;
};

TEST_F(SlurmWaits, TellsSlurmsOwnReasonForEachTrialUntilItsTaskBegins) {
  const auto slurm = launcher();
  script_.tasks = {job_task(101, 0, JobState::pending, "JobHeldUser"),
                   job_task(101, 3, JobState::running)};
  script_.waiting = {
      {.array = 101, .ranges = {{1, 2}}, .state = JobState::pending, .reason = "Priority"}};
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b"), shell(3, "c"), shell(4, "d")});
  EXPECT_EQ(slurm->waits(), std::nullopt) << "Slurm has said nothing yet";

  ASSERT_TRUE(until_some_wait(*slurm));

  EXPECT_EQ(
      groups_,
      (std::vector<Waits::Group>{
          {.reason = "Slurm has not started job 101: JobHeldUser, held by its "
                     "owner; `scontrol release` lets it go",
           .trials = {1}},
          {.reason = "Slurm has not started job 101: Priority", .trials = {2, 3}},
          {.reason = "Slurm has started job 101, which has said nothing yet", .trials = {4}}}));
  EXPECT_EQ(slurm->waits(), std::nullopt) << "it has said nothing since";

  const auto held = begin_task(1, 101, 0);
  say(*held, started({1, 1}));
  groups_.clear();
  ASSERT_TRUE(until_some_wait(*slurm));
  EXPECT_EQ(groups_.front().trials, (std::vector<std::uint32_t>{2, 3}));
}

TEST_F(SlurmWaits, DoesNotTellAnewWhatSlurmSaidBeforeItWasAway) {
  const auto slurm = launcher();
  script_.waiting = {
      {.array = 101, .ranges = {{0, 0}}, .state = JobState::pending, .reason = "Priority"}};
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_some_wait(*slurm));
  script_.ask_refused = Refused::Kind::away;

  ASSERT_TRUE(poll(*slurm, [&] { return !script_.ask_refused && script_.answers.empty(); }));

  EXPECT_EQ(slurm->waits(), std::nullopt);
}

TEST_F(SlurmWaits, TellsWhySlurmIsNotGivenWhatIsDue) {
  script_.on_submit = [](std::uint64_t question, const JobRequest& /*request*/) -> Answer {
    return Refused{.question = question,
                   .kind = Refused::Kind::busy,
                   .text = "QOSMaxSubmitJobPerUserLimit",
                   .field = {}};
  };
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});

  ASSERT_TRUE(until_some_wait(*slurm));

  EXPECT_EQ(groups_, (std::vector<Waits::Group>{
                         {.reason = "Slurm has not been given it: Slurm takes no more jobs now "
                                    "(QOSMaxSubmitJobPerUserLimit)",
                          .trials = {1}}}));
}

TEST_F(SlurmWaits, TellsOfPilotsThatWaitWhereNoneIsFree) {
  const auto slurm = launcher(2);
  script_.waiting = {
      {.array = 101, .ranges = {{0, 1}}, .state = JobState::pending, .reason = "Resources"}};
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});

  ASSERT_TRUE(until_some_wait(*slurm));

  EXPECT_EQ(groups_, (std::vector<Waits::Group>{
                         {.reason = "no pilot is free; Slurm has not started job 101: Resources",
                          .trials = {1, 2}}}));
}

}  // namespace
}  // namespace diwan::slurm
