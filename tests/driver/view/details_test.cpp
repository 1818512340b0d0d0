// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/driver/view/watched.hpp"

namespace diwan::view::test {
namespace {

using diwan::test::Sample;

/// "line 1.", "line 2.", …
std::vector<std::string> numbered_lines(int count) {
  std::vector<std::string> lines;
  for (int i = 1; i <= count; ++i) {
    lines.push_back("line " + std::to_string(i) + ".");
  }
  return lines;
}

TEST(Details, ShowATrialItsCurveItsMetricsAndItsLog) {
  Sample sample;
  const RunKey run = sample.start(sample.suggest("a", 0.01, 1));
  sample.observe(run, 0, {0.9, 0.5, 0.6}, 10);
  sample.observe(run, 1, {0.1});
  sample.end(run, RunOutcome::succeeded);
  Watched watched(sample);
  watched.log = {"first line", "last line"};

  watched.press(Key::Kind::enter);

  EXPECT_TRUE(watched.line(1).starts_with(" #1 e-a  succeeded in ")) << watched.line(1);
  EXPECT_NE(watched.line(1).find(" on n1:0"), std::string::npos);
  EXPECT_EQ(watched.line(3), " lr=0.01 batch=64 layers=2 width=0.5");
  EXPECT_TRUE(watched.shows("step 10"));
  EXPECT_TRUE(watched.shows("loss            0.5       0.9       0.6")) << watched.text();
  EXPECT_TRUE(watched.shows("accuracy        0.1       0.1       0.1"));
  EXPECT_TRUE(watched.shows("─ stdout.log ─"));
  EXPECT_TRUE(watched.shows("\n first line\n last line\n"));
}

TEST(Details, SayWhyATrialFailed) {
  Sample sample;
  sample.end(sample.start(sample.suggest("a", 0.01)), RunOutcome::failed, 3, "exit status 3");
  Watched watched(sample);

  watched.press(Key::Kind::enter);

  EXPECT_EQ(watched.line(2), " exit status 3");
  EXPECT_TRUE(watched.shows("no value yet"));
  EXPECT_TRUE(watched.shows("not kept (--keep)"));
}

TEST(Details, StayWithTheirTrialWhateverBecomesOfItsRow) {
  Sample sample;
  const RunKey run = sample.start(sample.suggest("a", 0.01));
  Watched watched(sample);
  watched.press(Key::Kind::enter);

  sample.succeed("b", 0.02, 0.1);
  sample.observe(run, 0, {0.5});
  watched.look();

  EXPECT_TRUE(watched.line(1).starts_with(" #1 e-a  running for ")) << watched.line(1);
  EXPECT_TRUE(watched.shows("stdout.log, followed"));
}

TEST(Details, ShowTheEndOfTheLogAndGoBackInIt) {
  Sample sample;
  sample.start(sample.suggest("a", 0.01));
  Watched watched(sample);
  watched.log = numbered_lines(100);
  watched.press(Key::Kind::enter);
  EXPECT_TRUE(watched.shows("line 100."));
  EXPECT_FALSE(watched.shows("line 50."));

  watched.press(Key::Kind::up);
  EXPECT_FALSE(watched.shows("line 100."));
  EXPECT_TRUE(watched.shows("line 99."));
  EXPECT_TRUE(watched.shows("1 line up"));
  watched.press(Key::Kind::home);
  EXPECT_TRUE(watched.shows("line 1."));
  watched.press(Key::Kind::end);
  EXPECT_TRUE(watched.shows("line 100."));
}

TEST(Details, ScrollTheLogNoFurtherThanToItsFirstLine) {
  Sample sample;
  sample.start(sample.suggest("a", 0.01));
  Watched watched(sample);
  watched.log = numbered_lines(20);
  watched.press(Key::Kind::enter);
  watched.press(Key::Kind::home);
  const std::string top = watched.text();

  watched.press(Key::Kind::page_up);
  EXPECT_EQ(watched.text(), top);
  watched.press(Key::Kind::down);
  EXPECT_FALSE(watched.shows("line 1."));
  EXPECT_TRUE(watched.shows("line 2."));
}

TEST(Details, TurnToTheOtherLog) {
  Sample sample;
  sample.start(sample.suggest("a", 0.01));
  Watched watched(sample);
  watched.press(Key::Kind::enter);

  watched.press(Key::Kind::tab);

  EXPECT_EQ(watched.state.log, Log::errors);
  EXPECT_TRUE(watched.shows("─ stderr.log"));
}

TEST(Details, BeginWithWhatAFailedTrialWroteToStderr) {
  Sample sample;
  sample.end(sample.start(sample.suggest("a", 0.01)), RunOutcome::failed, 3, "exit status 3");
  sample.succeed("b", 0.02, 0.1);
  Watched watched(sample);

  watched.press(Key::Kind::enter);
  EXPECT_TRUE(watched.shows("#2 e-b")) << watched.text();
  EXPECT_TRUE(watched.shows("─ stdout.log"));
  watched.press(Key::Kind::escape);
  watched.press(Key::Kind::down);
  watched.press(Key::Kind::enter);
  EXPECT_TRUE(watched.shows("#1 e-a"));
  EXPECT_TRUE(watched.shows("─ stderr.log"));

  watched.press(Key::Kind::tab);
  EXPECT_TRUE(watched.shows("─ stdout.log"));
}

TEST(Details, ShowTheChosenLogOfTheirTrialAlone) {
  Sample sample;
  sample.succeed("a", 0.01, 0.1);
  sample.succeed("b", 0.02, 0.2);
  Watched watched(sample);

  watched.press(Key::Kind::enter);
  watched.press(Key::Kind::tab);
  watched.press(U"?");
  watched.press(Key::Kind::escape);
  EXPECT_TRUE(watched.shows("─ stderr.log"));
  watched.press(Key::Kind::escape);
  watched.press(Key::Kind::down);
  watched.press(Key::Kind::enter);

  EXPECT_TRUE(watched.shows("#2 e-b"));
  EXPECT_TRUE(watched.shows("─ stdout.log"));
}

TEST(Details, ShowTheCurveOfAllAttempts) {
  Sample sample;
  const std::uint32_t trial = sample.suggest("a", 0.01);
  const RunKey first = sample.start(trial);
  sample.observe(first, 0, {0.9, 0.8, 0.7}, 1);
  sample.end(first, RunOutcome::lost);
  sample.observe(sample.start(trial), 0, {0.5, 0.4}, 3);
  Watched watched(sample);

  watched.press(Key::Kind::enter);

  const auto points = watched.scene().traces.of(1).points();
  ASSERT_EQ(points.size(), 4U);
  EXPECT_EQ(points[2], (Trace::Point{3, 0.5}));
  EXPECT_TRUE(watched.shows("attempt 2"));
}

}  // namespace
}  // namespace diwan::view::test
