// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// What every launcher promises (driver/launchers/launcher.hpp). A launcher joins by one line at the
// end.

#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill

#include "driver/launchers/local.hpp"
#include "driver/launchers/supervisor/share.hpp"
#include "tests/driver/launchers/listener.hpp"

namespace diwan::test {
namespace {

/// A launcher with two slots.
struct LauncherUnderTest {
  std::string name;
  std::function<std::unique_ptr<Launcher>(const RunSettings&)> make;
};

void PrintTo(const LauncherUnderTest& launcher, std::ostream* out) { *out << launcher.name; }

class LauncherContract : public testing::TestWithParam<LauncherUnderTest> {
 protected:
  void start(const std::function<void(RunSettings&)>& change = [](RunSettings&) {}) {
    RunSettings settings = settings_in(directory_.path());
    change(settings);
    launcher_ = GetParam().make(settings);
    listener_ = std::make_unique<Listener>(*launcher_);
  }
  void submit(const Launch& launch) { launcher_->submit({&launch, 1}); }
  void cancel(std::uint32_t trial, bool now = false) {
    const RunKey run{.trial = trial, .attempt = 1};
    launcher_->cancel({&run, 1}, now);
  }
  std::filesystem::path attempt(std::uint32_t trial) const {
    return attempt_directory(directory_.path(), "e-" + std::to_string(trial), 1);
  }

  TemporaryDirectory directory_;
  std::unique_ptr<Launcher> launcher_;
  std::unique_ptr<Listener> listener_;
};

TEST_P(LauncherContract, ARunIsStartedObservedAndEnded) {
  start();

  submit(shell(1, "echo loss=0.5; echo loss=0.25 >&2; exit 0"));

  ASSERT_TRUE(listener_->until_ended(1));
  const Story& story = listener_->story(1);
  ASSERT_EQ(story.started.size(), 1U);
  EXPECT_GT(story.started[0].pid, 1);
  EXPECT_FALSE(story.started[0].host.empty());
  EXPECT_EQ(story.values().size(), 2U);
  EXPECT_EQ(story.ended[0].outcome, RunOutcome::succeeded);
  EXPECT_EQ(story.ended[0].exit_code, 0);
  EXPECT_EQ(text_of(attempt(1) / "stdout.log"), "loss=0.5\n");
  EXPECT_EQ(text_of(attempt(1) / "stderr.log"), "loss=0.25\n");
}

TEST_P(LauncherContract, ObservationsComeWhileTheRunLives) {
  start();

  submit(shell(1, "echo loss=1; exec sleep 100"));

  EXPECT_TRUE(listener_->until_value(1));
  EXPECT_TRUE(listener_->story(1).ended.empty());
  cancel(1, true);
  EXPECT_TRUE(listener_->until_ended(1));
}

TEST_P(LauncherContract, AFailureSaysItsStatus) {
  start();

  submit(shell(1, "exit 3"));
  submit(shell(2, "kill -SEGV $$"));

  ASSERT_TRUE(listener_->until_ended(1) && listener_->until_ended(2));
  EXPECT_EQ(listener_->end(1).outcome, RunOutcome::failed);
  EXPECT_EQ(listener_->end(1).exit_code, 3);
  EXPECT_EQ(listener_->end(1).reason, "exit status 3");
  EXPECT_EQ(listener_->end(2).outcome, RunOutcome::failed);
  EXPECT_EQ(listener_->end(2).signal, SIGSEGV);
  EXPECT_NE(listener_->end(2).reason.find("signal 11"), std::string::npos);
}

TEST_P(LauncherContract, ARunSubmittedTwiceIsOneProcess) {
  start();
  const Launch launch = shell(1, "echo x >>count; while [ ! -e go ]; do sleep 0.01; done");

  submit(launch);
  submit(launch);
  ASSERT_TRUE(listener_->until_started(1));
  submit(launch);
  touch(attempt(1) / "go");

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(text_of(attempt(1) / "count"), "x\n");
  EXPECT_EQ(listener_->end(1).outcome, RunOutcome::succeeded);
}

TEST_P(LauncherContract, ARunThatEndedIsNotStartedAgain) {
  start();
  const Launch launch = shell(1, "echo x >>count; echo loss=2; exit 5");
  submit(launch);
  ASSERT_TRUE(listener_->until_ended(1));

  submit(launch);

  ASSERT_TRUE(listener_->until([&] { return listener_->story(1).ended.size() == 2; }));
  EXPECT_EQ(text_of(attempt(1) / "count"), "x\n");
  EXPECT_EQ(listener_->story(1).ended[1].exit_code, 5);
  EXPECT_EQ(listener_->story(1).observed.back().first, 0U);
}

TEST_P(LauncherContract, CancelEndsARunOnceAsStopped) {
  start();
  submit(shell(1, "trap 'echo loss=9; exit 0' TERM; echo loss=1; while :; do sleep 0.01; done"));
  ASSERT_TRUE(listener_->until_value(1));

  cancel(1);
  cancel(1);

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->end(1).outcome, RunOutcome::stopped);
  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{1, 9}));
  cancel(1);
  submit(shell(2, "exit 0"));
  ASSERT_TRUE(listener_->until_ended(2));
  EXPECT_EQ(listener_->story(1).ended.size(), 1U);
}

TEST_P(LauncherContract, CancelOfAnUnknownRunIsNothing) {
  start();

  cancel(77);
  submit(shell(1, "exit 0"));

  EXPECT_TRUE(listener_->until_ended(1));
  EXPECT_TRUE(listener_->story(77).ended.empty());
}

TEST_P(LauncherContract, CancelKillsWhatIgnoresTermAfterTheGrace) {
  start([](RunSettings& settings) { settings.grace = std::chrono::milliseconds{50}; });
  submit(shell(1, "trap '' TERM; echo loss=1; while :; do sleep 0.01; done"));
  ASSERT_TRUE(listener_->until_value(1));

  cancel(1);

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->end(1).outcome, RunOutcome::stopped);
  EXPECT_EQ(listener_->end(1).signal, SIGKILL);
}

TEST_P(LauncherContract, TheGraceCanBeCutWhileRunsLive) {
  start([](RunSettings& settings) { settings.grace = std::chrono::hours{1}; });
  submit(shell(1, "trap '' TERM; echo loss=1; while :; do sleep 0.01; done"));
  ASSERT_TRUE(listener_->until_value(1));

  launcher_->set_grace(std::chrono::milliseconds{20});
  cancel(1);

  EXPECT_TRUE(listener_->until_ended(1));
}

TEST_P(LauncherContract, CancelNowNeedsNoGrace) {
  start([](RunSettings& settings) { settings.grace = std::chrono::hours{1}; });
  submit(shell(1, "trap '' TERM; echo loss=1; while :; do sleep 0.01; done"));
  ASSERT_TRUE(listener_->until_value(1));

  cancel(1);
  cancel(1, true);

  EXPECT_TRUE(listener_->until_ended(1));
}

TEST_P(LauncherContract, TheEndOfALauncherEndsItsRuns) {
  start();
  submit(shell(1, "trap '' TERM; sleep 1000 & echo loss=1; wait"));
  ASSERT_TRUE(listener_->until_value(1));
  const auto pid = static_cast<pid_t>(listener_->story(1).started.at(0).pid);

  launcher_.reset();

  EXPECT_TRUE(gone(pid));
}

TEST_P(LauncherContract, ManyQuickRunsAllEnd) {
  start();
  constexpr std::uint32_t count = 300;
  std::uint32_t next = 1;
  std::uint32_t ended = 0;

  listener_->until([&] {
    ended = 0;
    for (std::uint32_t trial = 1; trial < next; ++trial) {
      ended += listener_->story(trial).ended.empty() ? 0 : 1;
    }
    for (; next <= count && next - 1 - ended < launcher_->capacity(); ++next) {
      submit(command(next, {"true"}));
    }
    return ended == count;
  });

  EXPECT_EQ(ended, count);
  for (std::uint32_t trial = 1; trial <= count; ++trial) {
    EXPECT_EQ(listener_->end(trial).outcome, RunOutcome::succeeded);
  }
}

TEST(LocalLauncher, GivesATrialThatRunsAloneTheWholeHost) {
  const std::size_t cpus = find_host_resources(CpuScope::own).cpus.size();
  if (cpus < 2) {
    GTEST_SKIP() << "needs two CPUs";
  }
  const TemporaryDirectory directory;
  const auto launcher = make_local_launcher(settings_in(directory.path()), 2, supervisor_program());
  Listener listener(*launcher);
  const auto run = [&](std::uint32_t trial) {
    const Launch launch = shell(trial, "echo loss=$(env -u OMP_NUM_THREADS nproc)");
    launcher->submit({&launch, 1});
    EXPECT_TRUE(listener.until_ended(trial));
    return static_cast<std::size_t>(listener.story(trial).values().at(0));
  };

  EXPECT_EQ(run(1), cpus / 2);
  launcher->expect(1);
  EXPECT_EQ(run(2), cpus);
  EXPECT_EQ(launcher->capacity(), 2U);
  launcher->expect(2);
  EXPECT_EQ(run(3), cpus / 2);
}

INSTANTIATE_TEST_SUITE_P(Local, LauncherContract,
                         testing::Values(LauncherUnderTest{"local",
                                                           [](const RunSettings& settings) {
                                                             return make_local_launcher(
                                                                 settings, 2, supervisor_program());
                                                           }}),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace diwan::test
