// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/traces.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "driver/results/remaining.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using Points = std::vector<Trace::Point>;

TEST(Trace, KeepsAFewPointsOfManyAndTheLast) {
  Trace trace;
  for (int i = 0; i < 100'000; ++i) {
    trace.add({i, i * 0.5});

    ASSERT_LE(trace.points().size(), Trace::most_points);
    ASSERT_EQ(trace.points().front(), (Trace::Point{0, 0}));
    ASSERT_EQ(trace.points().back(), (Trace::Point{i, i * 0.5}));
  }

  EXPECT_GE(trace.points().size(), Trace::most_points / 2);
  for (std::size_t i = 2; i + 1 < trace.points().size(); ++i) {
    EXPECT_EQ(trace.points()[i].step - trace.points()[i - 1].step, trace.points()[1].step);
  }
}

TEST(Trace, LeavesOutWhatIsNotFinite) {
  Trace trace;
  trace.add({1, std::nan("")});
  trace.add({2, 0.5});
  trace.add({3, std::numeric_limits<double>::infinity()});

  EXPECT_EQ(trace.points(), (Points{{2, 0.5}}));
}

TEST(Trace, GoesOnWhereItWasCut) {
  Trace trace;
  for (int i = 0; i < 1000; ++i) {
    trace.add({i, 1.0 * i});
  }

  trace.cut_from(500);
  trace.add({500, -1});

  EXPECT_EQ(trace.points().back(), (Trace::Point{500, -1}));
  EXPECT_LT(trace.points()[trace.points().size() - 2].step, 500);
}

Record observed(RunKey run, bool own_steps, std::vector<std::int64_t> steps,
                std::vector<double> values) {
  Observed event;
  event.run = run;
  event.own_steps = own_steps;
  event.times.resize(values.size());
  event.steps = std::move(steps);
  event.values = std::move(values);
  return {1, {}, event};
}

Record suggested(std::uint32_t trial) {
  Suggested event;
  event.trial = trial;
  return {1, {}, event};
}

TEST(Traces, JoinAttemptsByTheStepsOfTheirSource) {
  Traces traces;
  traces.take(suggested(1));
  traces.take(observed({1, 1}, true, {1, 2, 3}, {0.3, 0.2, 0.1}));
  traces.take(observed({1, 2}, true, {2}, {0.5}));

  EXPECT_EQ(traces.of(1).points(), (Points{{1, 0.3}, {2, 0.5}}));
}

TEST(Traces, HaveTheLastAttemptAloneWhereThereAreNoSuchSteps) {
  Traces traces;
  traces.take(suggested(1));
  traces.take(observed({1, 1}, false, {1, 2}, {0.3, 0.2}));
  traces.take(observed({1, 2}, false, {1}, {0.5}));

  EXPECT_EQ(traces.of(1).points(), (Points{{1, 0.5}}));
}

TEST(Traces, AreEmptyForTrialsThatThereAreNot) {
  Traces traces;
  traces.take(observed({7, 1}, false, {1}, {0.5}));

  EXPECT_TRUE(traces.of(7).points().empty());
  EXPECT_TRUE(traces.of(0).points().empty());
}

TEST(RemainingEstimate, GoesByTheReportsOfTrialsThatSucceeded) {
  test::Sample sample;
  const RunKey ended = sample.start(sample.suggest("a", 0.01));
  sample.observe(ended, 0, {0.4, 0.3, 0.2, 0.1});
  sample.end(ended, RunOutcome::succeeded);
  const RunKey running = sample.start(sample.suggest("b", 0.02));
  const RemainingEstimate before(sample.experiment());
  const double full = sample.experiment().trial(1).seconds;
  EXPECT_DOUBLE_EQ(before.seconds(sample.experiment().trial(2), 0.5).value_or(-1), full - 0.5);
  EXPECT_EQ(before.seconds(sample.experiment().trial(2), 1e6), 0);

  sample.observe(running, 0, {0.4});
  EXPECT_EQ(before.seconds(sample.experiment().trial(2), 10), 30);
  sample.observe(running, 0, {0.4, 0.3, 0.2, 0.1});
  EXPECT_EQ(before.seconds(sample.experiment().trial(2), 10), 0);
}

TEST(RemainingEstimate, IsNoneWhileNoTrialHasSucceeded) {
  test::Sample sample;
  sample.start(sample.suggest("a", 0.01));

  EXPECT_FALSE(RemainingEstimate(sample.experiment()).seconds(sample.experiment().trial(1), 5));
}

}  // namespace
}  // namespace diwan
