// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// The user's own collector beside a run: what it is given, what it says, and how it goes wrong.

#include <csignal>
#include <fstream>

#include "driver/launchers/supervisor/process_tree.hpp"
#include "driver/launchers/supervisor/recover.hpp"
#include "tests/driver/launchers/supervisor/run_case.hpp"

namespace diwan::test {
namespace {

class Custom : public RunCase {
 protected:
  void start_custom(const std::function<void(RunSettings&)>& change = [](RunSettings&) {}) {
    start([&](RunSettings& settings) {
      settings.collector.kind = CollectorKind::custom;
      settings.grace = std::chrono::seconds{30};
      change(settings);
    });
  }
  /// A run of one line of shell with another line of shell as its collector.
  static Launch collected(std::uint32_t trial, const std::string& script,
                          const std::string& collector) {
    Launch launch = shell(trial, script);
    launch.collector.argv = {"sh", "-c", collector};
    return launch;
  }
  std::string errors(std::uint32_t trial) const {
    return text_of(attempt(trial) / "collector-stderr.log");
  }
};

constexpr const char* doubling =
    "while read -r word value; do test \"$word\" = v && echo loss=$((2 * value)); done";

TEST_F(Custom, ReadsTheOutputAndPrintsObservationsWhileTheRunLives) {
  start_custom();

  submit(collected(1,
                   "echo v 1; echo loss=9; echo v 2 >&2; while [ ! -e go ]; do sleep 0.01; done; "
                   "printf 'v 3\n'",
                   doubling));
  ASSERT_TRUE(listener_->until_value(1));
  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{2}));
  touch(attempt(1) / "go");

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{2, 6}));
  EXPECT_EQ(listener_->end(1).reason, "");
  EXPECT_EQ(listener_->story(1).observed.at(0).source, Source::file);
  EXPECT_TRUE(listener_->notices().empty());
}

TEST_F(Custom, WhatItSaysAfterTheRunsEndCounts) {
  start_custom();

  end_of(collected(1, "echo v 1; echo v 2", "cat >seen; sleep 0.3; echo loss=$(wc -l <seen)"));

  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{2}));
}

TEST_F(Custom, SaysJsonLinesWhereTheFormatIsJson) {
  start_custom([](RunSettings& settings) { settings.collector.format = FileFormat::json; });

  end_of(collected(1, "true", R"(cat; echo '{"step":7,"loss":0.5}'; echo garbage)"));

  ASSERT_EQ(listener_->story(1).observed.size(), 1U);
  EXPECT_EQ(listener_->story(1).observed[0].steps, (std::vector<std::int64_t>{7}));
}

TEST_F(Custom, HasTheSurroundingsOfItsRun) {
  start_custom();
  Launch launch = collected(
      1, "pwd", "cat; echo $DIWAN_TRIAL $DIWAN_PORT $OWN $MINE >&2; pwd >&2; echo loss=1");
  launch.env = {{"OWN", "run"}};
  launch.collector.env = {{"MINE", "collector"}};

  end_of(launch);

  EXPECT_EQ(errors(1).rfind("e-1 ", 0), 0U) << errors(1);
  EXPECT_NE(errors(1).find(" collector\n" + attempt(1).native()), std::string::npos) << errors(1);
}

TEST_F(Custom, IsFedWithTheMetricsFileWhereOneIsNamed) {
  start_custom([](RunSettings& settings) { settings.fed_file = "metrics/m.log"; });

  submit(collected(1,
                   "echo v 9; echo v 1 >metrics/m.log; while [ ! -e go ]; do sleep 0.01; done; mv "
                   "metrics/m.log old; echo v 2 >metrics/m.log",
                   doubling));
  ASSERT_TRUE(listener_->until_value(1));
  touch(attempt(1) / "go");

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{2, 4}));
}

TEST_F(Custom, IsFedWithAFileThatIsRotatedAtOnceToo) {
  start_custom([](RunSettings& settings) { settings.fed_file = "metrics/m.log"; });

  submit(collected(
      1, "echo v 1 >metrics/m.log; mv metrics/m.log metrics/m.log.1; echo v 2 >metrics/m.log",
      doubling));

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{2, 4}));
}

TEST_F(Custom, TheFolderGivesTheSameAgain) {
  start_custom();
  end_of(collected(1, "echo v 1; echo v 2", doubling));

  const auto again = recover(settings_, "e-1", {.trial = 1, .attempt = 1});

  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(std::get<Observed>(again[0]).values, (std::vector<double>{2, 4}));
}

TEST_F(Custom, OneThatReadsNothingHoldsNobodyUp) {
  start_custom([](RunSettings& settings) { settings.grace = std::chrono::milliseconds{300}; });

  const Ended& ended =
      end_of(collected(1, "head -c 20000000 /dev/zero; echo done >done", "exec sleep 1000"));

  EXPECT_EQ(ended.outcome, RunOutcome::succeeded);
  EXPECT_EQ(text_of(attempt(1) / "done"), "done\n");
  EXPECT_NE(ended.reason.find("collector-stdout.log: it had not ended in the grace time after the "
                              "trial, nor read all of its input, and was killed; read is"),
            std::string::npos)
      << ended.reason;
}

TEST_F(Custom, OneThatReadsSlowlyGetsEveryByte) {
  start_custom();

  end_of(collected(1, "head -c 3000000 /dev/zero",
                   "for i in 1 2 3; do head -c 500000 >/dev/null; sleep 0.1; done; "
                   "echo loss=$(wc -c)"));

  // head may take more from the pipe than it passes on, in whole blocks.
  ASSERT_EQ(listener_->story(1).values().size(), 1U);
  EXPECT_LE(listener_->story(1).values()[0], 1500000);
  EXPECT_EQ(listener_->end(1).reason, "");
}

TEST_F(Custom, OneThatDiesOrFailsCostsNothingButItsValues) {
  start_custom();

  const Ended& died = end_of(collected(1, "sleep 0.2; head -c 1000000 /dev/zero", "kill -9 $$"));
  const Ended& failed = end_of(collected(2, "true", "cat; echo no such metric >&2; exit 3"));
  end_of(collected(3, "true", "cat; echo loss=1; exit 4"));

  EXPECT_EQ(died.outcome, RunOutcome::succeeded);
  EXPECT_NE(died.reason.find("it died by signal 9 (Killed)"), std::string::npos) << died.reason;
  EXPECT_NE(
      failed.reason.find("it ended with exit status 3, its last words \"no such metric\"; read is"),
      std::string::npos)
      << failed.reason;
  EXPECT_EQ(listener_->end(3).reason, "");
  ASSERT_EQ(listener_->notices().size(), 1U);
  EXPECT_NE(listener_->notices()[0].find(
                "the collector of e-3: it ended with exit status 4; what it had printed counts"),
            std::string::npos)
      << listener_->notices()[0];
}

TEST_F(Custom, OneThatCannotStartIsNamed) {
  start_custom();
  Launch launch = shell(1, "echo loss=1");
  launch.collector.argv = {"no-such-collector"};

  const Ended& ended = end_of(launch);

  EXPECT_EQ(ended.outcome, RunOutcome::succeeded);
  EXPECT_NE(
      ended.reason.find("it could not be started: command \"no-such-collector\" is not in PATH"),
      std::string::npos)
      << ended.reason;
}

TEST_F(Custom, GarbageOfItsIsHarmless) {
  start_custom();

  end_of(collected(1, "true", "cat; head -c 300000 /dev/urandom; echo; echo loss=1"));

  EXPECT_EQ(listener_->story(1).values().back(), 1);
}

TEST_F(Custom, IsNotStoppedWithItsRunButAfterIt) {
  start_custom();
  submit(collected(1, "trap 'echo v 5; exit 1' TERM; echo v 1; while :; do sleep 0.01; done",
                   std::string("trap 'echo stopped >&2' TERM; ") + doubling));
  ASSERT_TRUE(listener_->until_value(1));

  cancel(1);

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->end(1).outcome, RunOutcome::stopped);
  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{2, 10}));
  EXPECT_EQ(errors(1), "");
}

TEST_F(Custom, NothingOfItOutlivesTheRun) {
  start_custom([](RunSettings& settings) { settings.grace = std::chrono::milliseconds{200}; });

  end_of(collected(1, "echo loss=1", "sleep 1000 & echo $! >child; exec sleep 1000"));
  end_of(collected(2, "echo loss=1", "sleep 1000 & echo $! >child; cat >/dev/null"));

  for (const std::uint32_t trial : {1U, 2U}) {
    const auto left = read_process(pid_in(attempt(trial) / "child"));
    EXPECT_TRUE(!left || left->zombie) << trial;
  }
}

TEST_F(Custom, AStopWithoutGraceEndsItAtOnceWhenItsRunHasEndedToo) {
  start_custom();
  submit(collected(1, "echo v 1", "cat >/dev/null; echo loss=1; exec sleep 1000"));
  ASSERT_TRUE(listener_->until_value(1));

  cancel(1, true);

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->end(1).outcome, RunOutcome::succeeded);
}

TEST_F(Custom, AStopWithoutGraceEndsItAtOnce) {
  start_custom();
  submit(collected(1, "echo v 1; exec sleep 1000", std::string(doubling) + "; exec sleep 1000"));
  ASSERT_TRUE(listener_->until_value(1));

  cancel(1, true);

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->end(1).outcome, RunOutcome::stopped);
}

TEST_F(Custom, TheTrialsDescendantsAreKilledAndItIsNot) {
  start_custom();

  end_of(collected(1,
                   "(setsid sh -c 'echo $$ >daemon; exec sleep 1000' &) ; while [ ! -s daemon ]; "
                   "do sleep 0.01; done; echo v 4",
                   std::string(doubling) + "; sleep 0.2; echo loss=1"));

  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{8, 1}));
  const auto daemon = read_process(pid_in(attempt(1) / "daemon"));
  EXPECT_TRUE(!daemon || daemon->zombie);
}

}  // namespace
}  // namespace diwan::test
