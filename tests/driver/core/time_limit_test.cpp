// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include <algorithm>
#include <map>
#include <optional>

#include <gtest/gtest.h>

#include "driver/core/standing.hpp"
#include "tests/driver/core/play.hpp"
#include "tests/for_each_seed.hpp"

namespace diwan {
namespace {

using Kind = StopAsked::Kind;

/// One trial at a time in a job whose trials are asked to end at second 1000. The first took 300 s.
Play one_ended(CoordinatorOptions options = {}) {
  Play play(loss_rules(), options);
  play.step({DeadlineSet{second(1000)}});
  play.open({.max_trials = 10, .parallel = 1, .max_failed = {}, .goal = {}});
  play.answer(1);
  play.wait_until(303);
  play.succeed_after({1, 1}, 3);
  return play;
}

TEST(TimeLimit, AsksRunningTrialsToEndWithGraceAtTheDeadline) {
  Play play = one_ended();
  play.answer(1);
  play.wait_until(999);
  play.step({});
  EXPECT_TRUE(play.cancelled().empty());

  play.step({});

  EXPECT_EQ(play.cancelled(), (Cancels{{{2, 1}, false}}));
  EXPECT_EQ(play.state().stop_asked()->by, by_time_limit);
  EXPECT_EQ(exit_status(play.state()), 75);
}

TEST(TimeLimit, WhatItEndedGoesAgainWithoutLimit) {
  Play play = one_ended();
  play.answer(1);
  play.wait_until(1000);
  play.step({});

  play.step({ended({2, 1}, RunOutcome::stopped)});

  const auto* end = std::get_if<Ended>(&play.last().records.front().event);
  ASSERT_NE(end, nullptr);
  EXPECT_EQ(end->outcome, RunOutcome::lost);
  EXPECT_EQ(end->cause, LostCause::time_limit);
  EXPECT_EQ(play.trial(2).lost_unknown, 0U);
  EXPECT_TRUE(play.finished());
}

TEST(TimeLimit, StartsWhatIsLikelyToEndInTime) {
  Play play = one_ended();
  play.wait_until(690);

  play.answer(1);

  EXPECT_EQ(play.submitted(), (Runs{{2, 1}}));
}

TEST(TimeLimit, EndsAtOnceWhenNothingRunsAndNothingWouldEndInTime) {
  Play play = one_ended();
  play.wait_until(710);

  play.answer(1);

  EXPECT_TRUE(play.submitted().empty());
  EXPECT_TRUE(play.finished());
  EXPECT_EQ(play.state().stop_asked()->by, by_time_limit);
  EXPECT_EQ(
      play.state().held(),
      "the job ends, and its trials have to by 1970-01-01 00:16:40Z; a trial takes about 5 min");
  EXPECT_EQ(play.trial(2).phase, Phase::waiting);
}

TEST(TimeLimit, AsksForNothingThatCouldNotStart) {
  Play play = one_ended();
  play.answer(1);
  play.wait_until(750);

  play.succeed_after({2, 1}, 400);

  EXPECT_EQ(play.asked_for(), 0U);
  EXPECT_TRUE(play.finished());
}

TEST(TimeLimit, WhatRunsMayEndWhileNothingStartsAnyMore) {
  Play play(loss_rules());
  play.step({DeadlineSet{second(1000)}});
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}});
  play.answer(2);
  play.wait_until(800);
  play.succeed_after({1, 1}, 3);
  EXPECT_FALSE(play.state().held().empty());
  EXPECT_FALSE(play.finished());
  EXPECT_TRUE(play.cancelled().empty());

  play.succeed_after({2, 1}, 3);

  EXPECT_TRUE(play.finished());
}

TEST(TimeLimit, TheLimitOfARunCountsWhereNothingEndedYet) {
  Play play(loss_rules(),
            {.reserve = 0, .runs_outlive_us = false, .time_limit = std::chrono::seconds(500)});
  play.step({DeadlineSet{second(1000)}});
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}}, 1);
  play.answer(1);
  play.wait_until(600);

  play.step({CapacityChanged{2}});

  EXPECT_EQ(play.asked_for(), 0U);
  EXPECT_FALSE(play.state().held().empty());
}

TEST(TimeLimit, StartsWhateverItKnowsNothingOf) {
  Play play(loss_rules());
  play.step({DeadlineSet{second(1000)}});
  play.open({.max_trials = 10, .parallel = 2, .max_failed = {}, .goal = {}}, 1);
  play.answer(1);
  play.wait_until(900);

  play.step({CapacityChanged{2}});

  EXPECT_EQ(play.asked_for(), 1U);
}

TEST(TimeLimit, ASavingTrialIsStartedForATenthOfItsLength) {
  Play play = one_ended();
  play.answer(1);
  play.wait_until(900);

  play.step({WorkSaved{}, Ended{.run = {2, 1},
                                .outcome = RunOutcome::lost,
                                .at = second(900),
                                .exit_code = {},
                                .signal = {},
                                .reason = "its node went away",
                                .cause = LostCause::node_gone,
                                .usage = {}}});

  EXPECT_EQ(play.submitted(), (Runs{{2, 2}}));
}

TEST(TimeLimit, ACheaperTrialStartsWhereADearOneCannot) {
  Rules rules = loss_rules();
  rules.resource = 0;
  Play play(rules, {.reserve = 2, .runs_outlive_us = false, .time_limit = {}});
  play.step({DeadlineSet{second(1000)}});
  play.open({.max_trials = 10, .parallel = 1, .max_failed = {}, .goal = {}});
  Answered answered;
  for (const double resource : {1.0, 8.0, 1.0}) {
    answered.proposals.push_back(
        {.assignment = {{resource}}, .labels = {}, .parent = {}, .name = "e"});
  }
  play.step({answered});
  play.wait_until(103);

  play.succeed_after({1, 1}, 3);
  EXPECT_EQ(play.submitted(), (Runs{{2, 1}})) << "eight times 100 s fit";
  play.wait_until(800);
  play.step({ended({2, 1}, RunOutcome::lost, LostCause::node_gone)});

  EXPECT_EQ(play.submitted(), (Runs{{3, 1}}));
}

TEST(TimeLimit, IsNothingToAnExperimentThatIsComplete) {
  Play play(loss_rules());
  play.step({DeadlineSet{second(100)}});
  play.open({.max_trials = 1, .parallel = 1, .max_failed = {}, .goal = {}});
  play.answer(1);
  play.succeed({1, 1});
  play.wait_until(200);

  play.step({});

  EXPECT_FALSE(play.state().stop_asked());
}

TEST(TimeLimit, CountsOwnersInARowUnderWhomNothingEnded) {
  const Play begun = one_ended();
  Play first(begun.state(), {});
  const auto let_time_pass = [](Play& play) {
    play.step({DeadlineSet{second(100)}, CapacityChanged{1}, OwnerChanged{}, AdoptionDone{}});
    play.answer(1);
    play.wait_until(100);
    play.step({});
  };
  let_time_pass(first);
  EXPECT_EQ(first.state().fruitless_owners(), 1U);
  Play second_one(first.state(), {});
  let_time_pass(second_one);
  EXPECT_EQ(second_one.state().fruitless_owners(), 2U);

  Play third(second_one.state(), {});
  third.step({CapacityChanged{1}, OwnerChanged{}, AdoptionDone{}});
  third.succeed(third.state().trial(*third.state().live_trials().begin()).run());

  EXPECT_EQ(third.state().fruitless_owners(), 0U);
}

/// One job after another works on an experiment whose trials take as long as the dice say.
class Chain {
 public:
  Chain(Dice& dice, bool saves)
      : dice_(dice),
        saves_(saves),
        parallel_(1 + static_cast<std::uint32_t>(dice.below(4))),
        job_seconds_(100 + static_cast<int>(dice.below(400))),
        longest_(saves ? 3 * job_seconds_ : job_seconds_ - 10),
        left_(loss_rules()) {}

  void run() {
    for (jobs_ = 0; left_.completion() == Completion::none; ++jobs_) {
      ASSERT_LT(jobs_, 400) << "the experiment never comes to its end";
      run_job();
      if (::testing::Test::HasFailure()) {
        return;
      }
    }
    EXPECT_EQ(left_.counters().succeeded, trials);
  }

 private:
  static constexpr std::uint32_t trials = 12;

  int length_of(std::uint32_t trial) {
    const auto [entry, unknown] = lengths_.try_emplace(trial, 0);
    if (unknown) {
      entry->second = 5 + static_cast<int>(dice_.below(static_cast<std::uint64_t>(longest_) - 5));
    }
    return entry->second;
  }

  void run_job() {
    clock_ += 10;
    const int begin = clock_;
    const int deadline = begin + job_seconds_;
    Play play(left_, {});
    play.wait_until(clock_);
    std::vector<Stimulus> first{DeadlineSet{second(deadline)}, CapacityChanged{parallel_},
                                OwnerChanged{}};
    if (saves_) {
      first.emplace_back(WorkSaved{});
    }
    if (!left_.budget_known()) {
      first.emplace_back(BudgetSet{
          .budget = {.max_trials = trials, .parallel = parallel_, .max_failed = {}, .goal = {}},
          .origin = "file"});
    }
    first.emplace_back(AdoptionDone{});
    play.step(first);
    running_.clear();
    for (note(play); !play.finished(); note(play)) {
      ASSERT_LE(++clock_, deadline + 2) << "trials run beyond the deadline";
      play.wait_until(clock_);
      std::vector<Stimulus> stimuli = news(play);
      if (const std::uint32_t count = std::exchange(asked_, 0); count > 0) {
        Answered answered;
        answered.proposals.resize(count, {{{0.5}}, {}, {}, "e"});
        stimuli.emplace_back(answered);
      }
      play.step(stimuli);
    }
    EXPECT_TRUE(play.state().live_trials().empty());
    left_ = play.state();
  }

  /// What the last step wished happens.
  void note(const Play& play) {
    asked_ = play.asked_for() > 0 ? play.asked_for() : asked_;
    for (const RunKey run : play.submitted()) {
      running_[run] = clock_;
    }
    for (const Cancel::Item& item : play.cancelled()) {
      cancelled_.push_back(item.run);
    }
  }

  std::vector<Stimulus> news(const Play& play) {
    std::vector<Stimulus> stimuli;
    for (const RunKey run : std::exchange(cancelled_, {})) {
      if (const auto found = running_.find(run); found != running_.end()) {
        done_[run.trial] += saves_ ? clock_ - found->second : 0;
        running_.erase(found);
        stimuli.emplace_back(end_of(run, RunOutcome::stopped));
      }
    }
    for (auto run = running_.begin(); run != running_.end();) {
      if (play.trial(run->first.trial).phase == Phase::queued) {
        stimuli.emplace_back(Started{
            .run = run->first, .at = second(run->second), .host = "n", .gpus = {}, .pid = 1});
      }
      if (clock_ - run->second + done_[run->first.trial] >= length_of(run->first.trial)) {
        stimuli.emplace_back(observed(run->first, 0, {0.5}));
        stimuli.emplace_back(end_of(run->first, RunOutcome::succeeded));
        run = running_.erase(run);
      } else {
        ++run;
      }
    }
    return stimuli;
  }

  Ended end_of(RunKey run, RunOutcome outcome) const {
    Ended end = ended(run, outcome);
    end.at = second(clock_);
    return end;
  }

  Dice& dice_;
  bool saves_;
  std::uint32_t parallel_;
  int job_seconds_;
  int longest_;
  Experiment left_;
  int clock_ = 0;
  int jobs_ = 0;
  std::uint32_t asked_ = 0;
  std::map<std::uint32_t, int> lengths_;
  std::map<std::uint32_t, int> done_;  ///< saved seconds of a trial
  std::map<RunKey, int> running_;      ///< and when they began
  std::vector<RunKey> cancelled_;
};

TEST(TimeLimit, AChainOfJobsRunsEveryTrialToItsEnd) {
  for_each_seed(200, [](Dice& dice) { Chain(dice, false).run(); });
}

TEST(TimeLimit, AChainOfJobsRunsTrialsLongerThanAJobWhereTheySaveTheirWork) {
  for_each_seed(200, [](Dice& dice) { Chain(dice, true).run(); });
}

}  // namespace
}  // namespace diwan
