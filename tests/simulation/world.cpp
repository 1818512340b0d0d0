// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "tests/simulation/world.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace diwan::simulation {
namespace {

Rules any_rules(Dice& dice) {
  Rules rules{.metrics = {{.name = "loss", .strategy = static_cast<Strategy>(dice.below(3))}},
              .directions = {Direction::minimize},
              .retries = static_cast<std::uint32_t>(dice.below(3))};
  if (dice.chance(0.5)) {
    rules.metrics.push_back({.name = "accuracy", .strategy = Strategy::max});
  }
  return rules;
}

CoordinatorOptions any_options(Dice& dice) {
  return {.reserve = static_cast<std::uint32_t>(dice.below(4)),
          .runs_outlive_us = dice.chance(0.3)};
}

}  // namespace

World::World(Dice& dice, Weather weather)
    : dice_(dice),
      weather_(weather),
      rules_(any_rules(dice)),
      options_(any_options(dice)),
      suggester_(dice),
      launcher_(dice, options_.runs_outlive_us, static_cast<std::uint32_t>(rules_.metrics.size())),
      audit_(launcher_),
      journaled_(rules_) {}

Budget World::any_budget() {
  Budget budget{.max_trials = 1 + static_cast<std::uint32_t>(dice_.below(40)),
                .parallel = 1 + static_cast<std::uint32_t>(dice_.below(5)),
                .max_failed = {},
                .goal = {}};
  if (dice_.chance(0.2)) {
    budget.max_trials.reset();
  }
  if (dice_.chance(0.3)) {
    budget.max_failed = static_cast<std::uint32_t>(dice_.below(6));
  }
  if (dice_.chance(0.2)) {
    budget.goal = static_cast<double>(dice_.below(100));
  }
  return budget;
}

void World::crash_point() {
  const int here = crash_points_++;
  if ((weather_.crash_at && here == *weather_.crash_at) ||
      (weather_.crash > 0 && !calm() && dice_.chance(weather_.crash))) {
    throw Crash{};
  }
}

void World::run() {
  constexpr int patience = 3000;
  while (!::testing::Test::HasFailure()) {
    try {
      if (!coordinator_) {
        start_program();
      } else {
        tick();
      }
    } catch (const Crash&) {
      ++crashes_;
      coordinator_.reset();
      answer_.reset();
      launcher_.die();
    }
    if (finished_) {
      // Drained or stopped, the experiment is taken up again; complete, that was it.
      coordinator_.reset();
      answer_.reset();
      if (finished_ != Completion::none) {
        break;
      }
      finished_.reset();
      launcher_.die();
    }
    ASSERT_LT(++tick_, weather_.stormy_ticks + patience) << "the experiment never comes to its end";
  }
  Audit::scan(journaled_);
  EXPECT_TRUE(journaled_.finished());
  EXPECT_TRUE(journaled_.live_trials().empty());
}

void World::start_program() {
  while (dice_.chance(0.5)) {
    launcher_.live(calm());  // runs that outlive us go on meanwhile
  }
  Experiment replayed(rules_);
  for (const Record& record : journal_) {
    ASSERT_TRUE(apply(replayed, record));
  }
  ASSERT_TRUE(replayed == journaled_);
  OwnerChanged owner;
  owner.epoch = ++epoch_;
  owner.keep_going = epoch_ > 1 && dice_.chance(0.5);
  std::vector<Stimulus> stimuli{CapacityChanged{launcher_.capacity()}, owner};
  if (!replayed.budget_known()) {
    stimuli.emplace_back(BudgetSet{any_budget(), "file"});
  }
  for (const std::uint32_t number : replayed.live_trials()) {
    launcher_.recover(replayed.trial(number).run(), stimuli);
  }
  if (weather_.requests && !options_.runs_outlive_us && dice_.chance(0.3)) {
    const int left = 3 + static_cast<int>(dice_.below(40));
    stimuli.emplace_back(DeadlineSet{Time(std::chrono::seconds(tick_ + left))});
    if (dice_.chance(0.3)) {
      stimuli.emplace_back(WorkSaved{});
    }
  }
  stimuli.emplace_back(AdoptionDone{});
  coordinator_.emplace(std::move(replayed), options_);
  handle(stimuli);
}

void World::tick() {
  launcher_.live(calm());
  std::vector<Stimulus> stimuli = launcher_.poll(calm());
  if (answer_ && (calm() || dice_.chance(0.4))) {
    stimuli.emplace_back(*std::exchange(answer_, std::nullopt));
    if (!calm() && dice_.chance(0.1)) {
      stimuli.push_back(stimuli.back());  // an answer to no question
    }
  }
  if (calm()) {
    add_calm_requests(stimuli);
  } else if (weather_.requests) {
    add_requests(stimuli);
  }
  handle(stimuli);
}

void World::add_requests(std::vector<Stimulus>& stimuli) {
  const auto any_trial = [this] {
    return static_cast<std::uint32_t>(dice_.below(journaled_.trials().size() + 3));
  };
  if (dice_.chance(0.05)) {
    launcher_.set_capacity(static_cast<std::uint32_t>(dice_.below(6)));
    stimuli.emplace_back(CapacityChanged{launcher_.capacity()});
  }
  if (dice_.chance(0.2)) {
    const auto attempt = static_cast<std::uint32_t>(1 + dice_.below(2));
    stimuli.emplace_back(PruneWished{.run = {any_trial(), attempt}, .rule = "median"});
  }
  if (dice_.chance(0.03)) {
    stimuli.emplace_back(BudgetSet{any_budget(), "extend"});
  }
  if (dice_.chance(0.1)) {
    using Kind = StopAsked::Kind;
    const Kind kinds[] = {Kind::drain, Kind::stop,   Kind::pause,  Kind::pause, Kind::go_on,
                          Kind::go_on, Kind::cancel, Kind::cancel, Kind::finish};
    stimuli.emplace_back(StopAsked{.kind = kinds[dice_.below(9)],
                                   .now = dice_.chance(0.3),
                                   .trial = any_trial(),
                                   .reason = "max_trials",
                                   .by = "the dice"});
  }
}

void World::add_calm_requests(std::vector<Stimulus>& stimuli) {
  const auto& stop = journaled_.stop_asked();
  if (stop && stop->kind == StopAsked::Kind::pause) {
    stimuli.emplace_back(StopAsked{
        .kind = StopAsked::Kind::go_on, .now = false, .trial = 0, .reason = {}, .by = "the dice"});
  }
  if (launcher_.capacity() == 0) {
    launcher_.set_capacity(2);
    stimuli.emplace_back(CapacityChanged{2});
  }
  if (!journaled_.budget().max_trials) {
    Budget budget = journaled_.budget();
    budget.max_trials = static_cast<std::uint32_t>(journaled_.trials().size()) + 5;
    stimuli.emplace_back(BudgetSet{budget, "extend"});
  }
}

void World::handle(const std::vector<Stimulus>& stimuli) {
  const Step step = coordinator_->handle(Time(std::chrono::seconds(tick_)), stimuli);
  for (const Record& record : step.records) {
    crash_point();
    write(record);
  }
  // Up to its crash point a world is the undisturbed one, which was checked.
  if (!step.records.empty() && (!weather_.crash_at || crashes_ > 0)) {
    ASSERT_TRUE(coordinator_->experiment() == journaled_) << "replay differs from live";
    Audit::scan(journaled_);
  }
  for (const Command& command : step.commands) {
    crash_point();
    std::visit([this](const auto& wish) { carry_out(wish); }, command);
  }
  if (!step.records.empty() || !step.commands.empty()) {
    crash_point();
  }
}

void World::write(const Record& record) {
  ASSERT_TRUE(apply(journaled_, record));
  journal_.push_back(record);
  audit_.take(record, journaled_, launcher_.capacity());
}

void World::carry_out(const Ask& ask) {
  EXPECT_FALSE(answer_) << "two asks in flight";
  EXPECT_GT(ask.count, 0U);
  EXPECT_EQ(ask.after, journaled_.last_record());
  EXPECT_FALSE(journaled_.stop_asked()) << "asked although paused or stopping";
  EXPECT_EQ(journaled_.completion(), Completion::none);
  answer_ =
      suggester_.ask(ask.count, journaled_.trials().size(), journaled_.counters().completed());
}

void World::carry_out(const Submit& submit) {
  for (const RunKey run : submit.runs) {
    // A run that outlived its coordinator is given to the next one's launcher, though it runs.
    const Phase phase = journaled_.trial(run.trial).phase;
    EXPECT_TRUE(phase == Phase::queued || (options_.runs_outlive_us && phase == Phase::running));
    EXPECT_EQ(journaled_.trial(run.trial).run(), run);
  }
  launcher_.submit(submit.runs);
}

void World::carry_out(const Cancel& cancel) {
  const bool all = journaled_.draining() || journaled_.completion() != Completion::none;
  for (const Cancel::Item& item : cancel.runs) {
    EXPECT_TRUE(all || journaled_.called_off().contains(item.run.trial))
        << "a run is cancelled for no reason";
    EXPECT_TRUE(journaled_.trial(item.run.trial).live());
  }
  launcher_.cancel(cancel.runs);
}

void World::carry_out(const Finish& finish) {
  const auto& stop = journaled_.stop_asked();
  const bool leaves_runs = options_.runs_outlive_us && stop &&
                           stop->kind == StopAsked::Kind::drain && !stop->now &&
                           finish.completion == Completion::none;
  EXPECT_TRUE(leaves_runs || journaled_.live_trials().empty());
  EXPECT_EQ(finish.completion, journaled_.completion());
  EXPECT_TRUE(finish.completion != Completion::none || journaled_.draining());
  if (finish.completion == Completion::max_trials) {
    EXPECT_GE(journaled_.counters().completed(), *journaled_.budget().max_trials);
  }
  if (finish.completion == Completion::exhausted) {
    const Answered more =
        suggester_.ask(1, journaled_.trials().size(), journaled_.counters().completed());
    EXPECT_TRUE(more.proposals.empty()) << "taken as exhausted, but there is more";
  }
  finished_ = finish.completion;
}

}  // namespace diwan::simulation
