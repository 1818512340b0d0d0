// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/time_left.hpp"

#include <gtest/gtest.h>

#include "tests/driver/core/play.hpp"

namespace diwan {
namespace {

using Length = TimeLeft::Length;

/// An experiment whose only parameter is the resource.
Experiment with_resource() {
  Rules rules = loss_rules();
  rules.resource = 0;
  return Experiment(rules);
}

/// A trial that succeeded after one attempt of this length, unless told otherwise.
Trial lasted(int seconds, double resource = 1) {
  Trial trial;
  trial.phase = Phase::ended;
  trial.status = TrialStatus::succeeded;
  trial.assignment = {{resource}};
  trial.attempts = 1;
  trial.run_start = second(1000);
  trial.end = second(1000 + seconds);
  trial.seconds = seconds;
  return trial;
}

TEST(TimeLeft, EverythingIsWorthStartingWithoutADeadline) {
  const TimeLeft time_left({});

  EXPECT_TRUE(time_left.enough(second(0), Length(1e9)));
  EXPECT_FALSE(time_left.is_up(second(1000000)));
}

TEST(TimeLeft, KnowsNoLengthBeforeATrialEndedOrALimitWasSet) {
  const Experiment experiment = with_resource();
  TimeLeft unknown({});
  const TimeLeft limited(std::chrono::seconds(60));

  unknown.set_deadline(second(0), second(100));

  EXPECT_EQ(unknown.length(experiment, lasted(0)), std::nullopt);
  EXPECT_TRUE(unknown.enough(second(99), std::nullopt));
  EXPECT_EQ(limited.length(experiment, lasted(0)), Length(60));
  EXPECT_EQ(limited.shortest_length(), Length(60));
}

TEST(TimeLeft, TakesTheNinetiethPercentileOfTheLastHundred) {
  const Experiment experiment = with_resource();
  TimeLeft time_left({});
  for (int i = 0; i < 100; ++i) {
    time_left.learn(experiment, lasted(5000));  // forgotten
  }
  for (int i = 1; i <= 100; ++i) {
    time_left.learn(experiment, lasted(i));
  }

  EXPECT_EQ(time_left.length(experiment, lasted(0)), Length(90));
}

TEST(TimeLeft, TakesTheLongestOfAFew) {
  const Experiment experiment = with_resource();
  TimeLeft time_left({});
  for (const int seconds : {30, 50, 40}) {
    time_left.learn(experiment, lasted(seconds));
  }

  EXPECT_EQ(time_left.length(experiment, lasted(0)), Length(50));
}

TEST(TimeLeft, ATimeLimitBoundsWhatWasLearnt) {
  const Experiment experiment = with_resource();
  TimeLeft time_left(std::chrono::seconds(60));
  time_left.learn(experiment, lasted(40));
  EXPECT_EQ(time_left.length(experiment, lasted(0)), Length(40));

  time_left.learn(experiment, lasted(70));

  EXPECT_EQ(time_left.length(experiment, lasted(0)), Length(60));
}

TEST(TimeLeft, LearnsNothingFromWhatWasKilledOrNeverRan) {
  const Experiment experiment = with_resource();
  TimeLeft time_left({});
  Trial killed = lasted(1);
  killed.status = TrialStatus::killed;
  Trial never_started = lasted(1);
  never_started.run_start.reset();
  Trial running = lasted(1);
  running.phase = Phase::running;

  for (const Trial& trial : {killed, never_started, running}) {
    time_left.learn(experiment, trial);
  }

  EXPECT_EQ(time_left.shortest_length(), std::nullopt);
}

TEST(TimeLeft, TrialsOfOneResourceSayTheMostOfEachOther) {
  const Experiment experiment = with_resource();
  TimeLeft time_left({});
  time_left.learn(experiment, lasted(10, 2));
  time_left.learn(experiment, lasted(100, 8));

  EXPECT_EQ(time_left.length(experiment, lasted(0, 2)), Length(10));
  EXPECT_EQ(time_left.length(experiment, lasted(0, 8)), Length(100));
  EXPECT_EQ(time_left.length(experiment, lasted(0, 4)), Length(20)) << "twice the next smaller";
  EXPECT_EQ(time_left.length(experiment, lasted(0, 1)), Length(10))
      << "no more than the next larger";
  EXPECT_EQ(time_left.shortest_length(), Length(10));
}

TEST(TimeLeft, TheFirstTwentiethIsAlwaysEnough) {
  TimeLeft time_left({});
  time_left.set_deadline(second(100), second(300));

  EXPECT_TRUE(time_left.enough(second(110), Length(1000)));
  EXPECT_FALSE(time_left.enough(second(111), Length(1000)));
}

TEST(TimeLeft, AfterwardsATrialHasToEndInTime) {
  TimeLeft time_left({});
  time_left.set_deadline(second(0), second(100));

  EXPECT_TRUE(time_left.enough(second(60), Length(40)));
  EXPECT_FALSE(time_left.enough(second(61), Length(40)));
}

TEST(TimeLeft, WhereWorkIsSavedATenthIsWorthIt) {
  TimeLeft time_left({});
  time_left.set_deadline(second(0), second(100));
  time_left.work_is_saved();

  EXPECT_TRUE(time_left.enough(second(96), Length(40)));
  EXPECT_FALSE(time_left.enough(second(97), Length(40)));
}

TEST(TimeLeft, AnInterruptedTrialTookItsLastAttemptOrAllIfWorkIsSaved) {
  const Experiment experiment = with_resource();
  TimeLeft time_left({});
  Trial interrupted = lasted(10);
  interrupted.attempts = 3;
  interrupted.seconds = 55;
  time_left.learn(experiment, interrupted);
  EXPECT_EQ(time_left.shortest_length(), Length(10));

  time_left.work_is_saved();

  EXPECT_EQ(time_left.shortest_length(), Length(55));
}

TEST(TimeLeft, NothingIsEnoughOnceTheTimeIsUp) {
  TimeLeft time_left({});
  time_left.set_deadline(second(0), second(100));

  EXPECT_TRUE(time_left.is_up(second(100)));
  EXPECT_FALSE(time_left.enough(second(100), std::nullopt));
}

}  // namespace
}  // namespace diwan
