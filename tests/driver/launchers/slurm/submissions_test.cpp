// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "driver/launchers/slurm/launch_file.hpp"
#include "tests/driver/launchers/slurm/launcher_play.hpp"

namespace diwan::slurm {
namespace {

using SlurmSubmissions = LauncherPlay;

TEST_F(SlurmSubmissions, SubmitsWhatBecomesDueTogetherAsOneArrayAndReadsItsSpools) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  slurm->submit(std::vector{shell(2, "b"), shell(3, "c")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  EXPECT_EQ(script_.submitted[0].tasks, 3U);
  EXPECT_EQ(read_launch(launches_path(array(1)), 2), shell(3, "c"));

  const auto task = begin_task(1, 101, 1);
  say(*task, started({2, 1}));
  say(*task, succeeded({2, 1}));
  ASSERT_TRUE(until_ended(*slurm, 1));

  EXPECT_EQ(started_[0].run, (RunKey{2, 1}));
  EXPECT_EQ(ended_[0].run, (RunKey{2, 1}));
}

TEST_F(SlurmSubmissions, SplitsWhatIsLongerThanSlurmsLongestArray) {
  const auto slurm = launcher();
  std::vector<Launch> launches;
  for (std::uint32_t trial = 1; trial <= 10; ++trial) {
    launches.push_back(shell(trial, "x"));
  }
  slurm->submit(launches);
  ASSERT_TRUE(until_submitted(*slurm, 3));
  EXPECT_EQ(script_.submitted[0].tasks, 4U);
  EXPECT_EQ(script_.submitted[1].tasks, 4U);
  EXPECT_EQ(script_.submitted[2].tasks, 2U);
}

TEST_F(SlurmSubmissions, AsksForTheLimitsAgainWhereSlurmSaysThatAnArrayIsTooLong) {
  script_.on_submit = [&](std::uint64_t question, const JobRequest& request) -> Answer {
    if (request.tasks > 3) {
      script_.max_array_size = 3;  // an administrator changed it
      return Refused{.question = question,
                     .kind = Refused::Kind::forbidden,
                     .text = "Invalid job array specification",
                     .field = "tasks"};
    }
    return Submitted{.question = question, .job = ++last_job_};
  };
  const auto slurm = launcher();
  std::vector<Launch> launches;
  for (std::uint32_t trial = 1; trial <= 10; ++trial) {
    launches.push_back(shell(trial, "x"));
  }
  slurm->submit(launches);
  ASSERT_TRUE(until_submitted(*slurm, 5));

  std::vector<std::uint32_t> lengths;
  for (const JobRequest& request : script_.submitted) {
    lengths.push_back(request.tasks);
  }
  EXPECT_EQ(lengths, (std::vector<std::uint32_t>{4, 2, 3, 3, 2}));
  EXPECT_EQ(read_launch(launches_path(array(2)), 0), shell(1, "x")) << "their order was kept";
}

TEST_F(SlurmSubmissions, ALimitOnJobsMakesArraysSmallerUntilTheyAreTaken) {
  script_.on_submit = [&](std::uint64_t question, const JobRequest& request) -> Answer {
    if (request.tasks > 1) {
      return Refused{.question = question,
                     .kind = Refused::Kind::busy,
                     .text = "Job violates accounting/QOS policy",
                     .field = "qos"};
    }
    return Submitted{.question = question, .job = ++last_job_};
  };
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
  ASSERT_TRUE(until_submitted(*slurm, 2));
  EXPECT_EQ(script_.submitted[0].tasks, 2U);
  EXPECT_EQ(script_.submitted[1].tasks, 1U);
  ASSERT_EQ(notices_.size(), 1U);
  EXPECT_NE(notices_[0].find("Job violates accounting/QOS policy"), std::string::npos);
}

TEST_F(SlurmSubmissions, WhatSlurmNeverTakesIsSaidWithTheFieldAndNothingIsLeft) {
  script_.on_submit = [](std::uint64_t question, const JobRequest& /*request*/) -> Answer {
    return Refused{.question = question,
                   .kind = Refused::Kind::forbidden,
                   .text = "Invalid partition name specified",
                   .field = "partition"};
  };
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  try {
    poll(*slurm, [] { return false; });
    FAIL() << "nothing was thrown";
  } catch (const LaunchRefused& refusal) {
    EXPECT_STREQ(refusal.what(),
                 "Slurm does not take the trials' jobs: Invalid partition name specified; change "
                 "spec.trialTemplate.trialSpec.spec.slurm.partition");
  }
  EXPECT_TRUE(known_arrays(settings_.directory).empty());
}

TEST_F(SlurmSubmissions, ASubmissionWhoseAnswerWasLostIsLookedForAndNotDoubled) {
  bool away = true;
  script_.on_submit = [&](std::uint64_t question, const JobRequest& request) -> Answer {
    script_.known_comments.emplace_back(request.comment, 500);
    return away ? Answer{Refused{.question = question,
                                 .kind = Refused::Kind::away,
                                 .text = "Unable to contact slurm controller",
                                 .field = {}}}
                : Answer{Submitted{.question = question, .job = 501}};
  };
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(
      poll(*slurm, [&] { return read_job_file(array(1)) && read_job_file(array(1))->job; }));
  EXPECT_EQ(read_job_file(array(1))->job, 500U);
  EXPECT_EQ(script_.submitted.size(), 1U);
}

TEST_F(SlurmSubmissions, ASubmissionThatNeverArrivedIsMadeAgain) {
  int times = 0;
  script_.on_submit = [&](std::uint64_t question, const JobRequest& /*request*/) -> Answer {
    return ++times == 1 ? Answer{Refused{.question = question,
                                         .kind = Refused::Kind::away,
                                         .text = "away",
                                         .field = {}}}
                        : Answer{Submitted{.question = question, .job = 501}};
  };
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_submitted(*slurm, 2));
  EXPECT_EQ(script_.submitted[1].tasks, 1U);
  // Should it arrive after all, it is another job, and finds nothing to run.
  EXPECT_NE(script_.submitted[0].comment, script_.submitted[1].comment);
  EXPECT_NE(script_.submitted[0].output, script_.submitted[1].output);
  EXPECT_FALSE(std::filesystem::exists(array(1)));
}

TEST_F(SlurmSubmissions, SlurmThatIsAwayAtTheStartIsSaidOnceAndAskedAgain) {
  script_.limits_refused = Refused::Kind::away;
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  ASSERT_EQ(notices_.size(), 1U);
  EXPECT_NE(notices_[0].find("Slurm does not answer"), std::string::npos);
}

TEST_F(SlurmSubmissions, SlurmThatCannotBeAskedAtAllEndsTheRun) {
  script_.limits_refused = Refused::Kind::forbidden;
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  EXPECT_THROW(poll(*slurm, [] { return false; }), LaunchRefused);
  EXPECT_TRUE(script_.submitted.empty());
}

TEST_F(SlurmSubmissions, WhatCannotBeWrittenIsSaidOnceAndTriedAgain) {
  const std::filesystem::path arrays = arrays_directory(settings_.directory);
  std::ofstream{arrays} << "in the way";
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  EXPECT_FALSE(poll(
      *slurm, [&] { return notices_.size() > 1 || !ended_.empty(); }, 2500ms));
  ASSERT_EQ(notices_.size(), 1U);
  EXPECT_TRUE(notices_[0].starts_with("cannot make " + (arrays / "claims").native() +
                                      ": Not a directory; make room there"))
      << notices_[0];

  std::filesystem::remove(arrays);
  ASSERT_TRUE(until_submitted(*slurm, 1));
  EXPECT_EQ(notices_.size(), 2U);
  EXPECT_EQ(notices_[1], "it can be written again; going on");
}

TEST_F(SlurmSubmissions, TellsThePluginToWriteDownHowTasksEnd) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  EXPECT_EQ(script_.submitted[0].variables,
            (std::vector<std::string>{"_SLURM_SPANK_OPTION_diwan_diwan_experiment=watch:" +
                                      array(1).native()}));
}

}  // namespace
}  // namespace diwan::slurm
