// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/facts.hpp"

#include <variant>

#include <gtest/gtest.h>

#include "driver/core/apply.hpp"

namespace diwan {
namespace {

class Facts : public testing::Test {
 protected:
  Facts()
      : experiment_({.metrics = {{.name = "loss", .strategy = Strategy::min}},
                     .directions = {Direction::minimize},
                     .retries = 1}) {
    tell(OwnerChanged{});
    tell(Suggested{.trial = 1, .name = "e-a", .assignment = {{0.5}}, .labels = {}, .parent = {}});
    tell(Queued{{1, 1}});
  }

  std::vector<Fact> tell(Event event) {
    const Record record{
        .number = experiment_.last_record() + 1, .time = {}, .event = std::move(event)};
    EXPECT_TRUE(apply(experiment_, record));
    return facts_of(record, experiment_);
  }

  std::vector<Fact> end(RunKey run, RunOutcome outcome) {
    Ended ended;
    ended.run = run;
    ended.outcome = outcome;
    return tell(ended);
  }

  Observed observed(RunKey run, double value) {
    Observed batch;
    batch.run = run;
    batch.steps = {1};
    batch.values = {value};
    batch.times = {Time{}};
    return batch;
  }

  Experiment experiment_;
};

TEST_F(Facts, OfAnObservationAreItsReports) {
  const auto facts = tell(observed({1, 1}, 0.25));

  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(std::get<Reported>(facts[0]), (Reported{1, 0, 1, 0.25}));
}

TEST_F(Facts, OfAnObservationNameItsAttempt) {
  end({1, 1}, RunOutcome::failed);
  tell(Queued{{1, 2}});

  EXPECT_EQ(std::get<Reported>(tell(observed({1, 2}, 0.5)).at(0)), (Reported{1, 0, 1, 0.5, 2}));
}

TEST_F(Facts, OfAnEndHoldTheObjective) {
  tell(observed({1, 1}, 0.25));

  const auto facts = end({1, 1}, RunOutcome::succeeded);

  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(std::get<Finished>(facts[0]), (Finished{1, TrialOutcome::succeeded, {0.25}}));
}

TEST_F(Facts, SayNothingOfARunWhoseTrialGoesAgain) {
  EXPECT_TRUE(end({1, 1}, RunOutcome::failed).empty());

  tell(Queued{{1, 2}});
  const auto facts = end({1, 2}, RunOutcome::failed);

  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(std::get<Finished>(facts[0]), (Finished{1, TrialOutcome::failed, {}}));
}

TEST_F(Facts, NeverInventAnObjective) {
  const auto facts = end({1, 1}, RunOutcome::succeeded);

  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(std::get<Finished>(facts[0]), (Finished{1, TrialOutcome::metrics_unavailable, {}}));
}

TEST_F(Facts, TellOfATrialCancelledBeforeItRan) {
  tell(Suggested{.trial = 2, .name = "e-b", .assignment = {{0.1}}, .labels = {}, .parent = {}});
  StopAsked cancel;
  cancel.kind = StopAsked::Kind::cancel;
  cancel.trial = 2;

  const auto waiting = tell(cancel);
  cancel.trial = 1;
  const auto live = tell(cancel);

  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(std::get<Finished>(waiting[0]), (Finished{2, TrialOutcome::killed, {}}));
  EXPECT_TRUE(live.empty());
  EXPECT_EQ(end({1, 1}, RunOutcome::stopped).size(), 1U);
}

}  // namespace
}  // namespace diwan
