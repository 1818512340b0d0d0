// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/slurm_launcher.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <map>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "driver/launchers/slurm/array_files.hpp"
#include "driver/launchers/slurm/claim.hpp"
#include "driver/launchers/slurm/inbox.hpp"
#include "driver/launchers/slurm/launch_file.hpp"
#include "driver/launchers/slurm/spool.hpp"
#include "driver/launchers/supervisor/descriptor.hpp"
#include "driver/launchers/supervisor/protocol.hpp"
#include "tests/driver/launchers/listener.hpp"
#include "tests/driver/launchers/slurm/plugin_event.hpp"

namespace diwan::slurm {
namespace {

using namespace std::chrono_literals;
using test::shell;

JobTask job_task(std::uint32_t job, std::uint32_t task, JobState state, std::string reason = {},
                 std::uint32_t restarts = 0) {
  JobTask result;
  result.array = job;
  result.task = task;
  result.state = state;
  result.reason = std::move(reason);
  result.restarts = restarts;
  return result;
}

/// A scheduler that keeps what it was asked, and answers what the test says.
struct Script {
  std::uint64_t questions = 0;
  std::vector<JobRequest> submitted;
  std::vector<std::uint64_t> submissions;  ///< their questions
  std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>> cancelled;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> signalled;
  std::vector<std::vector<std::string>> sought;
  std::vector<Answer> answers;
  std::uint32_t max_array_size = 4;
  std::optional<Refused::Kind> limits_refused;  ///< once
  std::optional<Signalled> late;  ///< to the cancel, which takes until it is asked for
  std::size_t late_answers_read = 0;
  // What the jobs are, and whether Slurm can be asked.
  std::vector<JobTask> tasks;
  std::vector<WaitingTasks> waiting;
  std::vector<std::pair<std::string, std::uint32_t>> known_comments;
  std::function<Answer(std::uint64_t question, const JobRequest&)> on_submit;
};

class ScriptedScheduler final : public Scheduler {
 public:
  explicit ScriptedScheduler(Script& script)
      : script_{&script}, event_{open("/dev/null", O_RDONLY | O_CLOEXEC)} {}

  std::uint64_t submit(const JobRequest& request) override {
    script_->submitted.push_back(request);
    const std::uint64_t question = ++script_->questions;
    script_->submissions.push_back(question);
    script_->answers.push_back(script_->on_submit(question, request));
    return question;
  }
  std::uint64_t ask(const std::vector<std::uint32_t>& /*arrays*/) override {
    script_->answers.emplace_back(Jobs{
        .question = ++script_->questions, .tasks = script_->tasks, .waiting = script_->waiting});
    return script_->questions;
  }
  std::uint64_t find(const std::vector<std::string>& comments) override {
    script_->sought.push_back(comments);
    script_->answers.emplace_back(
        Found{.question = ++script_->questions, .jobs = script_->known_comments});
    return script_->questions;
  }
  std::uint64_t cancel(std::uint32_t array, const std::vector<std::uint32_t>& tasks) override {
    script_->cancelled.emplace_back(array, tasks);
    script_->late = Signalled{.question = ++script_->questions};
    return script_->questions;
  }
  std::uint64_t signal(std::uint32_t array, std::uint32_t task, int /*number*/) override {
    script_->signalled.emplace_back(array, task);
    return ++script_->questions;
  }
  std::uint64_t limits() override {
    if (script_->limits_refused) {
      script_->answers.emplace_back(Refused{.question = ++script_->questions,
                                            .kind = *std::exchange(script_->limits_refused, {}),
                                            .text = "Unable to contact slurm controller",
                                            .field = {}});
      return script_->questions;
    }
    script_->answers.emplace_back(Limits{.question = ++script_->questions,
                                         .version = "22.05.8",
                                         .max_array_size = script_->max_array_size});
    return script_->questions;
  }
  std::vector<Answer> answers() override {
    if (script_->late) {
      script_->answers.emplace_back(*std::exchange(script_->late, std::nullopt));
      script_->late_answers_read += script_->answers.size();
    }
    return std::exchange(script_->answers, {});
  }
  int descriptor() const override { return *event_; }
  std::uint64_t requests() const override { return script_->questions; }

 private:
  Script* script_;
  Descriptor event_;
};

class SlurmLauncherTest : public ::testing::Test {
 protected:
  SlurmLauncherTest() {
    script_.on_submit = [this](std::uint64_t question, const JobRequest& request) -> Answer {
      script_.known_comments.emplace_back(request.comment, ++last_job_);
      return Submitted{.question = question, .job = last_job_};
    };
  }

  std::unique_ptr<Launcher> launcher(std::uint32_t pilots = 0) {
    return make_slurm_launcher(settings_, std::make_unique<ScriptedScheduler>(script_),
                               "/opt/bin/diwan", {.job = {}, .pilots = pilots});
  }

  /// Of a user's own batch script.
  std::unique_ptr<Launcher> script_launcher(bool offer = false) {
    const std::filesystem::path script = directory_.path() / "train.sh";
    std::ofstream{script} << "#!/bin/sh\n";
    return make_slurm_launcher(settings_, std::make_unique<ScriptedScheduler>(script_),
                               "/opt/bin/diwan",
                               {.job = {}, .pilots = 0, .script = script, .offer = offer});
  }
  void happen(std::uint32_t number, diwan_event_kind kind, std::uint32_t task, std::uint32_t trial,
              int status = 0) const {
    diwan_event event{};
    event.kind = kind;
    event.array = 101;
    event.task = task;
    event.trial = trial;
    event.status = status;
    diwan::test::append_event(array(number), event);
  }

  /// Polls for a while, or until there is what is waited for.
  bool poll(Launcher& launcher, const std::function<bool()>& done,
            std::chrono::milliseconds limit = 20s) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) {
        return false;
      }
      for (Report& report : launcher.poll(5ms)) {
        if (const auto* ended = std::get_if<Ended>(&report)) {
          ended_.push_back(*ended);
        } else if (const auto* started = std::get_if<Started>(&report)) {
          started_.push_back(*started);
        }
      }
      for (Notice& notice : launcher.notices()) {
        notices_.push_back(notice.text);
      }
    }
    return true;
  }
  bool until_submitted(Launcher& launcher, std::size_t count) {
    return poll(launcher, [&] { return script_.submitted.size() >= count; });
  }
  bool until_ended(Launcher& launcher, std::size_t count) {
    return poll(launcher, [&] { return ended_.size() >= count; });
  }

  std::filesystem::path array(std::uint32_t number) const {
    return array_directory(settings_.directory, number);
  }

  /// A task's process as it begins.
  std::unique_ptr<SpoolWriter> begin_task(std::uint32_t number, std::uint32_t job,
                                          std::uint32_t task, std::uint32_t restarts = 0) {
    auto spool = std::make_unique<SpoolWriter>(spool_path(array(number), task, restarts));
    spool->add(SpoolKind::hello, identity_line({job, task, restarts, "n1"}));
    spool->write();
    return spool;
  }
  static void say(SpoolWriter& spool, const Message& message) {
    spool.add(SpoolKind::frames, encode(message));
    spool.write();
  }
  static Started started(RunKey run) {
    return {.run = run, .at = {}, .host = "n1", .gpus = {}, .pid = 1};
  }
  static Ended succeeded(RunKey run) {
    Ended ended;
    ended.run = run;
    return ended;
  }

  const test::TemporaryDirectory directory_;
  RunSettings settings_ = test::settings_in(directory_.path());
  Script script_;
  std::uint32_t last_job_ = 100;
  std::vector<Started> started_;
  std::vector<Ended> ended_;
  std::vector<std::string> notices_;
};

TEST_F(SlurmLauncherTest, SubmitsWhatBecomesDueTogetherAsOneArrayAndReadsItsSpools) {
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

TEST_F(SlurmLauncherTest, LeavesNoFilesOfATaskThatIsStillLeavingWhenItGoes) {
  {
    const auto slurm = launcher();
    slurm->submit(std::vector{shell(1, "a")});
    ASSERT_TRUE(until_submitted(*slurm, 1));
    const auto task = begin_task(1, 101, 0);
    say(*task, started({1, 1}));
    say(*task, succeeded({1, 1}));
    ASSERT_TRUE(until_ended(*slurm, 1));
    task->add(SpoolKind::leaving, {});
    task->write();
  }
  EXPECT_TRUE(read_job_file(array(1))->over);
  EXPECT_FALSE(std::filesystem::exists(launches_path(array(1))));
}

TEST_F(SlurmLauncherTest, SplitsWhatIsLongerThanSlurmsLongestArray) {
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

TEST_F(SlurmLauncherTest, AsksForTheLimitsAgainWhereSlurmSaysThatAnArrayIsTooLong) {
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

TEST_F(SlurmLauncherTest, WhatCannotBeWrittenIsSaidOnceAndTriedAgain) {
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

TEST_F(SlurmLauncherTest, AWordThatCannotBeWrittenReachesItsTaskLater) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  const auto task = begin_task(1, 101, 0);
  say(*task, started({1, 1}));
  ASSERT_TRUE(poll(*slurm, [&] { return !started_.empty(); }));
  std::filesystem::rename(array(1), array(1).native() + ".away");

  slurm->cancel(std::array{RunKey{1, 1}}, false);

  ASSERT_TRUE(poll(*slurm, [&] { return notices_.size() == 1; }));
  std::filesystem::rename(array(1).native() + ".away", array(1));
  ASSERT_TRUE(poll(*slurm, [&] { return notices_.size() == 2; }));
  InboxReader inbox{array(1), 0};
  EXPECT_EQ(std::get<CancelRun>(decode(inbox.read())).run, (RunKey{1, 1}));
}

TEST_F(SlurmLauncherTest, ALimitOnJobsMakesArraysSmallerUntilTheyAreTaken) {
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

TEST_F(SlurmLauncherTest, WhatSlurmNeverTakesIsSaidWithTheFieldAndNothingIsLeft) {
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

TEST_F(SlurmLauncherTest, ASubmissionWhoseAnswerWasLostIsLookedForAndNotDoubled) {
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

TEST_F(SlurmLauncherTest, ASubmissionThatNeverArrivedIsMadeAgain) {
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

TEST_F(SlurmLauncherTest, RefusesToGoOnWhereItCannotReadWhatMayBeRunning) {
  {
    const auto slurm = launcher();
    slurm->submit(std::vector{shell(1, "a")});
    ASSERT_TRUE(until_submitted(*slurm, 1));
    ASSERT_TRUE(poll(*slurm, [&] { return read_job_file(array(1))->job.has_value(); }));
  }
  const std::string launches = launches_path(array(1)).native();
  std::filesystem::rename(launches, launches + ".away");
  EXPECT_THROW(launcher(), std::runtime_error);
  std::filesystem::rename(launches + ".away", launches);
  std::ofstream{array(1) / "job"} << R"({"version":2})";
  EXPECT_THROW(launcher(), std::runtime_error);
  EXPECT_TRUE(std::filesystem::exists(launches));
}

TEST_F(SlurmLauncherTest, SlurmThatIsAwayAtTheStartIsSaidOnceAndAskedAgain) {
  script_.limits_refused = Refused::Kind::away;
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  ASSERT_EQ(notices_.size(), 1U);
  EXPECT_NE(notices_[0].find("Slurm does not answer"), std::string::npos);
}

TEST_F(SlurmLauncherTest, SlurmThatCannotBeAskedAtAllEndsTheRun) {
  script_.limits_refused = Refused::Kind::forbidden;
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  EXPECT_THROW(poll(*slurm, [] { return false; }), LaunchRefused);
  EXPECT_TRUE(script_.submitted.empty());
}

TEST_F(SlurmLauncherTest, ALaterCoordinatorAdoptsWhatRanOnMeanwhile) {
  {
    const auto slurm = launcher();
    slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
    ASSERT_TRUE(until_submitted(*slurm, 1));
    ASSERT_TRUE(poll(*slurm, [&] { return read_job_file(array(1))->job.has_value(); }));
  }
  const auto first = begin_task(1, 101, 0);
  const auto second = begin_task(1, 101, 1);
  claim(settings_.directory, {1, 1}, {101, 0, 0, "n1"});
  claim(settings_.directory, {2, 1}, {101, 1, 0, "n1"});
  say(*first, started({1, 1}));
  say(*first, succeeded({1, 1}));
  say(*second, started({2, 1}));

  const auto later = launcher();
  later->submit(std::vector{shell(1, "a"), shell(2, "b")});
  ASSERT_TRUE(until_ended(*later, 1));
  say(*second, succeeded({2, 1}));
  ASSERT_TRUE(until_ended(*later, 2));

  EXPECT_EQ(script_.submitted.size(), 1U);
  EXPECT_EQ(started_.size(), 2U);
}

TEST_F(SlurmLauncherTest, WhatWasNotYetSubmittedWhenTheCoordinatorDiedIsAdoptedByItsComment) {
  make_array_directory(settings_.directory);
  const std::vector launches = {shell(1, "a")};
  write_launch_file(launches_path(array(1)), settings_, launches);
  write_job_file(array(1), {.comment = "diwan 00ff 1", .job = {}, .tasks = 1});
  script_.known_comments = {{"diwan 00ff 1", 321}};

  const auto slurm = launcher();
  slurm->submit(launches);
  ASSERT_TRUE(poll(*slurm, [&] { return read_job_file(array(1))->job == 321; }));
  EXPECT_TRUE(script_.submitted.empty());
}

TEST_F(SlurmLauncherTest, ALostTaskIsToldWithItsCause) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  const auto task = begin_task(1, 101, 0);
  say(*task, started({1, 1}));
  claim(settings_.directory, {1, 1}, {101, 0, 0, "n1"});
  script_.tasks = {job_task(101, 0, JobState::preempted), job_task(101, 1, JobState::node_fail)};
  ASSERT_TRUE(until_ended(*slurm, 2));

  EXPECT_EQ(ended_[0].cause, LostCause::preempted);
  EXPECT_EQ(ended_[1].cause, LostCause::node_gone);
}

TEST_F(SlurmLauncherTest, AnEndThatTheTaskDoesNotUnderstandWaitsForSlurmsWord) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  const auto task = begin_task(1, 101, 0);
  claim(settings_.directory, {1, 1}, {101, 0, 0, "n1"});
  say(*task, started({1, 1}));
  Ended lost = succeeded({1, 1});
  lost.outcome = RunOutcome::lost;
  lost.reason = "Slurm ended its job";
  say(*task, lost);
  script_.tasks = {job_task(101, 0, JobState::running)};
  EXPECT_FALSE(poll(
      *slurm, [&] { return !ended_.empty(); }, 1500ms));
  script_.tasks[0].state = JobState::timeout;
  ASSERT_TRUE(until_ended(*slurm, 1));
  EXPECT_EQ(ended_[0].cause, LostCause::time_limit);
}

TEST_F(SlurmLauncherTest, ARequeuedTaskTakesTheNextAttemptOfItsTrial) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  const auto task = begin_task(1, 101, 0);
  claim(settings_.directory, {1, 1}, {101, 0, 0, "n1"});
  say(*task, started({1, 1}));
  ASSERT_TRUE(poll(*slurm, [&] { return !started_.empty(); }));
  script_.tasks = {job_task(101, 0, JobState::pending, "BeginTime", 1)};
  ASSERT_TRUE(until_ended(*slurm, 1));
  EXPECT_EQ(ended_[0].outcome, RunOutcome::lost);
  EXPECT_EQ(ended_[0].cause, LostCause::preempted);

  Launch again = shell(1, "a");
  again.run.attempt = 2;
  slurm->submit(std::vector{again});
  InboxReader inbox{array(1), 0};
  std::string frames;
  ASSERT_TRUE(poll(*slurm, [&] { return !(frames = inbox.read()).empty(); }));
  EXPECT_EQ(std::get<Start>(decode(frames)).launch, again);
  EXPECT_EQ(script_.submitted.size(), 1U);

  const auto next = begin_task(1, 101, 0, 1);
  say(*next, started({1, 2}));
  say(*next, succeeded({1, 2}));
  ASSERT_TRUE(until_ended(*slurm, 2));
  EXPECT_EQ(ended_[1].run, (RunKey{1, 2}));
}

TEST_F(SlurmLauncherTest, ATaskThatSaidItLeavesBeforeSlurmRequeuedItTakesTheNextAttemptToo) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  const auto end_as_told = [&](std::uint32_t index, const Ended& ended) {
    const auto task = begin_task(1, 101, index);
    claim(settings_.directory, ended.run, {101, index, 0, "n1"});
    say(*task, started(ended.run));
    say(*task, ended);
    task->add(SpoolKind::leaving, told_by_slurm);
    task->write();
  };
  Ended lost = succeeded({1, 1});
  lost.outcome = RunOutcome::lost;
  end_as_told(0, lost);
  end_as_told(1, succeeded({2, 1}));
  script_.tasks = {job_task(101, 0, JobState::pending, "BeginTime", 1),
                   job_task(101, 1, JobState::pending, "BeginTime", 1)};
  ASSERT_TRUE(until_ended(*slurm, 2));
  EXPECT_EQ(ended_[1].cause, LostCause::preempted);
  ASSERT_TRUE(poll(*slurm, [&] { return !script_.cancelled.empty(); }));
  EXPECT_EQ(script_.cancelled[0].second, std::vector<std::uint32_t>{1}) << "its trial has ended";

  Launch again = shell(1, "a");
  again.run.attempt = 2;
  slurm->submit(std::vector{again});
  InboxReader inbox{array(1), 0};
  std::string frames;
  ASSERT_TRUE(poll(*slurm, [&] { return !(frames = inbox.read()).empty(); }));
  EXPECT_EQ(std::get<Start>(decode(frames)).launch, again);
  EXPECT_EQ(script_.submitted.size(), 1U);
}

TEST_F(SlurmLauncherTest, ARequeuedTaskWhoseNextAttemptDidNotComeIsTakenOutOfTheQueueBeforeItGoes) {
  {
    const auto slurm = launcher();
    slurm->submit(std::vector{shell(1, "a")});
    ASSERT_TRUE(until_submitted(*slurm, 1));
    const auto task = begin_task(1, 101, 0);
    claim(settings_.directory, {1, 1}, {101, 0, 0, "n1"});
    say(*task, started({1, 1}));
    script_.tasks = {job_task(101, 0, JobState::pending, "BeginTime", 1)};
    ASSERT_TRUE(until_ended(*slurm, 1));
  }
  ASSERT_EQ(script_.cancelled.size(), 1U);
  EXPECT_EQ(script_.cancelled[0].second, std::vector<std::uint32_t>{0});
}

TEST_F(SlurmLauncherTest, CallsOffATaskThatWaitsAndOneThatRuns) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  const auto task = begin_task(1, 101, 0);
  say(*task, started({1, 1}));
  ASSERT_TRUE(poll(*slurm, [&] { return !started_.empty(); }));

  slurm->cancel(std::vector{RunKey{1, 1}, RunKey{2, 1}}, false);

  EXPECT_EQ(script_.signalled, (std::vector<std::pair<std::uint32_t, std::uint32_t>>{{101, 0}}));
  ASSERT_EQ(script_.cancelled.size(), 1U);
  EXPECT_EQ(script_.cancelled[0].second, (std::vector<std::uint32_t>{1}));
  InboxReader inbox{array(1), 0};
  EXPECT_EQ(std::get<CancelRun>(decode(inbox.read())).run, (RunKey{1, 1}));
  // A waiting task that is cancelled leaves no record in Slurm.
  script_.tasks = {job_task(101, 0, JobState::running)};
  ASSERT_TRUE(until_ended(*slurm, 1));
  EXPECT_EQ(ended_[0].run, (RunKey{2, 1}));
  EXPECT_EQ(ended_[0].outcome, RunOutcome::stopped);
}

TEST_F(SlurmLauncherTest, PilotsTakeRunAfterRun) {
  const auto slurm = launcher(2);
  EXPECT_EQ(slurm->capacity(), 2U);
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  EXPECT_EQ(script_.submitted[0].tasks, 2U);
  const auto pilot = begin_task(1, 101, 0);
  InboxReader inbox{array(1), 0};
  for (std::uint32_t trial = 1; trial <= 2; ++trial) {
    std::string frames;
    ASSERT_TRUE(poll(*slurm, [&] { return !(frames = inbox.read()).empty(); }));
    EXPECT_EQ(std::get<Start>(decode(frames)).launch.run.trial, trial);
    say(*pilot, started({trial, 1}));
    say(*pilot, succeeded({trial, 1}));
    ASSERT_TRUE(until_ended(*slurm, trial));
  }
}

TEST_F(SlurmLauncherTest, PilotsThatWaitAreTakenOutOfTheQueueBeforeItGoes) {
  {
    const auto slurm = launcher(2);
    slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
    ASSERT_TRUE(until_submitted(*slurm, 1));
    ASSERT_TRUE(poll(*slurm, [&] { return read_job_file(array(1))->job.has_value(); }));
  }
  ASSERT_EQ(script_.cancelled.size(), 1U);
  EXPECT_EQ(script_.cancelled[0].second, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_GT(script_.late_answers_read, 0U) << "it went before Slurm had heard of it";
}

TEST_F(SlurmLauncherTest, ARunThatAPilotNeverTookGoesToAnother) {
  const auto slurm = launcher(1);
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  const auto pilot = begin_task(1, 101, 0);
  InboxReader inbox{array(1), 0};
  ASSERT_TRUE(poll(*slurm, [&] { return !inbox.read().empty(); }));
  pilot->add(SpoolKind::leaving, {});
  pilot->write();
  script_.tasks = {job_task(101, 0, JobState::completed)};
  ASSERT_TRUE(until_submitted(*slurm, 2));
  const auto other = begin_task(2, 102, 0);
  InboxReader second{array(2), 0};
  std::string frames;
  ASSERT_TRUE(poll(*slurm, [&] { return !(frames = second.read()).empty(); }));
  EXPECT_EQ(std::get<Start>(decode(frames)).launch.run, (RunKey{1, 1}));
  EXPECT_TRUE(ended_.empty()) << "it cost no attempt";
}

TEST_F(SlurmLauncherTest, ARunThatItsTaskNeverBeganGoesAgainThreeTimesWithoutTheLossOfAnAttempt) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  for (std::size_t times = 1; times <= 4; ++times) {
    ASSERT_TRUE(until_submitted(*slurm, times));
    EXPECT_TRUE(ended_.empty());
    script_.tasks = {job_task(last_job_, 0, JobState::failed)};
  }
  ASSERT_TRUE(until_ended(*slurm, 1));
  EXPECT_EQ(ended_[0].outcome, RunOutcome::lost);
  EXPECT_EQ(ended_[0].cause, LostCause::unknown);
  ASSERT_EQ(notices_.size(), 3U) << "one of each array whose tasks went again";
  EXPECT_NE(notices_[0].find("job 101 ended before it had begun its trial"), std::string::npos);
}

TEST_F(SlurmLauncherTest, AnAdoptedRunThatItsTaskNeverBeganGoesAgain) {
  {
    const auto slurm = launcher();
    slurm->submit(std::vector{shell(1, "a")});
    ASSERT_TRUE(until_submitted(*slurm, 1));
    ASSERT_TRUE(poll(*slurm, [&] { return read_job_file(array(1))->job.has_value(); }));
  }
  const auto later = launcher();
  later->submit(std::vector{shell(1, "a")});
  script_.tasks = {job_task(101, 0, JobState::failed)};
  ASSERT_TRUE(until_submitted(*later, 2));
  EXPECT_EQ(read_launch(launches_path(array(2)), 0), shell(1, "a"));
  EXPECT_TRUE(ended_.empty());
}

TEST_F(SlurmLauncherTest, AWaitingTaskThatSomebodyCancelsCostsAnAttempt) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  script_.tasks = {job_task(101, 0, JobState::cancelled)};
  ASSERT_TRUE(until_ended(*slurm, 1));
  EXPECT_EQ(ended_[0].outcome, RunOutcome::lost);
}

TEST_F(SlurmLauncherTest, TellsThePluginToWriteDownHowTasksEnd) {
  const auto slurm = launcher();
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  EXPECT_EQ(script_.submitted[0].variables,
            (std::vector<std::string>{"_SLURM_SPANK_OPTION_diwan_diwan_experiment=watch:" +
                                      array(1).native()}));
}

TEST_F(SlurmLauncherTest, AScriptIsSubmittedWithItsArrayAndEndsAsThePluginSaw) {
  const auto slurm = script_launcher();
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  EXPECT_EQ(script_.submitted[0].script, "#!/bin/sh\n");
  EXPECT_EQ(script_.submitted[0].extra,
            (std::vector<std::string>{"--no-requeue", "--diwan-experiment=" + array(1).native()}));
  EXPECT_TRUE(std::filesystem::exists(array(1) / "manifest"));

  happen(1, diwan_event_began, 1, 2);
  happen(1, diwan_event_ended, 1, 2);
  ASSERT_TRUE(until_ended(*slurm, 1));

  EXPECT_EQ(started_[0].run, (RunKey{2, 1}));
  EXPECT_EQ(ended_[0].run, (RunKey{2, 1}));
  EXPECT_EQ(ended_[0].outcome, RunOutcome::succeeded);
}

TEST_F(SlurmLauncherTest, AScriptsOwnFailureAndItsTimeLimitAreFailuresAndAPreemptionIsNone) {
  const auto slurm = script_launcher();
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b"), shell(3, "c")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  for (std::uint32_t task = 0; task < 3; ++task) {
    happen(1, diwan_event_began, task, task + 1);
  }
  happen(1, diwan_event_ended, 0, 1, 3 << 8);
  happen(1, diwan_event_ended, 2, 3, SIGTERM);
  script_.tasks = {job_task(101, 0, JobState::failed), job_task(101, 1, JobState::timeout),
                   job_task(101, 2, JobState::preempted)};
  ASSERT_TRUE(until_ended(*slurm, 3));

  std::map<std::uint32_t, Ended> ends;
  for (const Ended& ended : ended_) {
    ends[ended.run.trial] = ended;
  }
  EXPECT_EQ(ends[1].outcome, RunOutcome::failed);
  EXPECT_EQ(ends[1].exit_code, 3);
  EXPECT_EQ(ends[1].reason, "exit status 3");
  EXPECT_EQ(ends[2].outcome, RunOutcome::failed);
  EXPECT_EQ(ends[3].outcome, RunOutcome::lost);
  EXPECT_EQ(ends[3].cause, LostCause::preempted);
}

TEST_F(SlurmLauncherTest, AnEndThatThePluginCouldNotWriteDownIsTakenFromSlurm) {
  const auto slurm = script_launcher();
  slurm->submit(std::vector{shell(1, "a"), shell(2, "b")});
  ASSERT_TRUE(until_submitted(*slurm, 1));
  happen(1, diwan_event_began, 0, 1);
  happen(1, diwan_event_began, 1, 2);
  script_.tasks = {job_task(101, 0, JobState::completed), job_task(101, 1, JobState::failed)};
  script_.tasks[0].exit_code = 0;
  script_.tasks[1].exit_code = 3;
  ASSERT_TRUE(until_ended(*slurm, 2));

  std::ranges::sort(ended_, {}, &Ended::run);
  EXPECT_EQ(ended_[0].outcome, RunOutcome::succeeded);
  EXPECT_EQ(ended_[1].outcome, RunOutcome::failed);
  EXPECT_EQ(ended_[1].exit_code, 3);
}

TEST_F(SlurmLauncherTest, OffersOneArrayAfterTheOther) {
  const auto slurm = script_launcher(true);
  slurm->submit(std::vector{shell(1, "a")});
  ASSERT_TRUE(poll(*slurm, [&] { return notices_.size() == 1; }));
  EXPECT_EQ(notices_[0], "trials to be submitted (1): sbatch --array=0-0 --output=" +
                             (array(1) / "output.%a").native() + " --diwan-experiment=" +
                             array(1).native() + " " + (directory_.path() / "train.sh").native());
  slurm->submit(std::vector{shell(2, "b")});
  happen(1, diwan_event_began, 0, 1);
  ASSERT_TRUE(poll(*slurm, [&] { return !started_.empty(); }));
  EXPECT_EQ(notices_.size(), 1U);
  happen(1, diwan_event_ended, 0, 1);
  ASSERT_TRUE(poll(*slurm, [&] { return notices_.size() == 2; }));
  EXPECT_TRUE(script_.submitted.empty());

  slurm->cancel(std::array{RunKey{2, 1}}, false);
  ASSERT_TRUE(until_ended(*slurm, 2));
  EXPECT_EQ(ended_[1].outcome, RunOutcome::stopped);
  EXPECT_TRUE(poll(*slurm, [&] { return !std::filesystem::exists(array(2) / "manifest"); }));
}

}  // namespace
}  // namespace diwan::slurm
