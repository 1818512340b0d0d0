// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/standing.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "tests/driver/core/play.hpp"
#include "tests/for_each_seed.hpp"

namespace diwan {
namespace {

using Numbers = std::vector<std::uint32_t>;

constexpr std::uint32_t most = 100;

Numbers ranked(const Play& play) {
  std::vector<Candidate> candidates;
  for (const Trial& trial : play.state().trials()) {
    if (auto candidate = candidate_of(play.state(), trial)) {
      candidates.push_back(*candidate);
    }
  }
  return ranking(std::move(candidates), play.state().rules().directions);
}

Play wide(Rules rules, std::size_t trials) {
  Play play(std::move(rules));
  play.open({.max_trials = {}, .parallel = most, .max_failed = {}, .goal = {}}, most);
  play.answer(trials);
  return play;
}

TEST(Best, IsTheLeastLossAndTiesKeepTheEarlierTrial) {
  Play play = wide(loss_rules(), 4);

  play.succeed({3, 1}, 0.2);
  play.succeed({1, 1}, 0.5);
  play.succeed({4, 1}, 0.2);
  play.succeed({2, 1}, 0.2);

  EXPECT_EQ(play.state().best(), 2U) << "the earlier by number, whatever ended first";
  EXPECT_EQ(ranked(play), (Numbers{2, 3, 4, 1}));
}

TEST(Best, IsTheGreatestWhenMaximizing) {
  Rules rules = loss_rules(Strategy::max);
  rules.directions = {Direction::maximize};
  Play play = wide(rules, 2);

  play.succeed({1, 1}, 0.2);
  play.succeed({2, 1}, 0.9);

  EXPECT_EQ(play.state().best(), 2U);
  EXPECT_EQ(ranked(play), (Numbers{2, 1}));
}

TEST(Best, IsOnlyAmongTrialsThatSucceededOrWereStoppedEarly) {
  Play play = wide(loss_rules(), 5);

  play.step({observed({1, 1}, 0, {0.1}), ended({1, 1}, RunOutcome::failed)});
  play.step({observed({2, 1}, 0, {0.1}), asked(StopAsked::Kind::cancel, false, 2),
             ended({2, 1}, RunOutcome::stopped)});
  play.step({observed({3, 1}, 0, {0.1})});
  EXPECT_EQ(play.state().best(), std::nullopt);
  EXPECT_TRUE(ranked(play).empty());
  play.step({observed({4, 1}, 0, {0.3}), PruneWished{.run = {4, 1}, .rule = "r"},
             ended({4, 1}, RunOutcome::stopped)});

  EXPECT_EQ(play.state().best(), 4U);
}

TEST(Best, OfTextsIsTheLatest) {
  Play play = wide(loss_rules(Strategy::latest), 3);

  for (const RunKey run : Runs{{2, 1}, {3, 1}, {1, 1}}) {
    Observed text = observed(run, 0, {std::numeric_limits<double>::quiet_NaN()});
    text.texts[0] = "genotype";
    play.step({text, ended(run, RunOutcome::succeeded)});
  }

  EXPECT_EQ(play.state().best(), 1U);
  EXPECT_TRUE(ranked(play).empty()) << "texts have no order";
}

TEST(Ranking, ComparesOnlyTrialsOfTheHighestResource) {
  const std::vector<Candidate> candidates = {{.number = 1, .objectives = {0.1}, .resource = 3},
                                             {.number = 2, .objectives = {0.5}, .resource = 9},
                                             {.number = 3, .objectives = {0.4}, .resource = 9}};
  const std::vector<Direction> minimize = {Direction::minimize};

  EXPECT_EQ(highest_resource(candidates), 9);
  EXPECT_EQ(ranking(candidates, minimize), (Numbers{3, 2}));
}

TEST(Objective, FollowsItsStrategy) {
  for (const auto& [strategy, value] :
       {std::pair{Strategy::min, 0.1}, std::pair{Strategy::max, 0.9},
        std::pair{Strategy::latest, 0.4}}) {
    Play play = wide(loss_rules(strategy), 1);

    play.step({observed({1, 1}, 0, {0.9, 0.1, 0.4})});

    EXPECT_EQ(play.state().objective(play.trial(1)), value);
  }
}

TEST(Objective, ThatDoesNotExistIsNone) {
  Play play = wide(loss_rules(), 1);
  play.succeed({1, 1});

  EXPECT_EQ(play.state().objective(play.trial(1), 1), std::nullopt);
}

/// Two minimised objectives, or the second one maximised.
Rules two_objectives(Direction second_direction = Direction::minimize) {
  Rules rules = loss_rules(Strategy::latest);
  rules.metrics.push_back({.name = "seconds", .strategy = Strategy::latest});
  rules.directions.push_back(second_direction);
  return rules;
}

void succeed(Play& play, std::uint32_t trial, double a, double b) {
  Observed other = observed({trial, 1}, 0, {b});
  other.metric = 1;
  play.step({observed({trial, 1}, 0, {a}), other, ended({trial, 1}, RunOutcome::succeeded)});
}

TEST(ParetoFront, HoldsEveryTrialThatNoOtherBeats) {
  Play play = wide(two_objectives(), 5);

  succeed(play, 1, 1, 9);
  succeed(play, 2, 5, 5);
  succeed(play, 3, 6, 6);
  succeed(play, 4, 9, 1);
  succeed(play, 5, 5, 5);

  EXPECT_EQ(ranked(play), (Numbers{1, 2, 4, 5})) << "equals do not beat each other";
}

TEST(ParetoFront, HonoursEachDirection) {
  Play play = wide(two_objectives(Direction::maximize), 2);

  succeed(play, 1, 1, 9);
  succeed(play, 2, 2, 8);

  EXPECT_EQ(ranked(play), (Numbers{1}));
}

TEST(ParetoFront, IsWhatComparingAllPairsGives) {
  for_each_seed(30, [](Dice& dice) {
    Play play = wide(two_objectives(), 20);
    std::vector<std::pair<double, double>> points;
    for (std::uint32_t trial = 1; trial <= 20; ++trial) {
      points.emplace_back(static_cast<double>(dice.below(8)), static_cast<double>(dice.below(8)));
      succeed(play, trial, points.back().first, points.back().second);
    }

    Numbers expected;
    for (std::uint32_t i = 0; i < points.size(); ++i) {
      bool beaten = false;
      for (const auto& [a, b] : points) {
        beaten = beaten || (a <= points[i].first && b <= points[i].second &&
                            (a < points[i].first || b < points[i].second));
      }
      if (!beaten) {
        expected.push_back(i + 1);
      }
    }
    EXPECT_EQ(ranked(play), expected);
  });
}

TEST(ExitStatus, OfAStopIs5AndOfADrain75) {
  Play play = wide(loss_rules(), 1);
  EXPECT_EQ(exit_status(play.state()), 75) << "unfinished: resumable";

  Play stopped = wide(loss_rules(), 1);
  stopped.step({asked(StopAsked::Kind::stop)});
  play.step({asked(StopAsked::Kind::drain)});

  EXPECT_EQ(exit_status(stopped.state()), 5);
  EXPECT_EQ(exit_status(play.state()), 75);
}

TEST(ExitStatus, WithoutAUsableTrialIs3) {
  Play play(loss_rules());
  play.open({.max_trials = 1, .parallel = 1, .max_failed = {}, .goal = {}});
  play.answer(1);

  play.fail({1, 1});

  EXPECT_EQ(play.completion(), Completion::max_trials);
  EXPECT_EQ(exit_status(play.state()), 3);
}

TEST(ExitStatus, OfAnExhaustedSpaceIs0) {
  Play play = wide(loss_rules(), 1);
  play.succeed({1, 1});

  play.answer(0, true);

  EXPECT_EQ(play.completion(), Completion::exhausted);
  EXPECT_EQ(exit_status(play.state()), 0);
}

}  // namespace
}  // namespace diwan
