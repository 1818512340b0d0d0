// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "driver/core/coordinator.hpp"

namespace diwan {

inline Time second(int n) { return Time(std::chrono::seconds(n)); }

/// One objective, minimised, by its least value unless another strategy is asked for.
inline Rules loss_rules(Strategy strategy = Strategy::min) {
  return {.metrics = {{.name = "loss", .strategy = strategy}},
          .directions = {Direction::minimize},
          .retries = 0};
}

inline Ended ended(RunKey run, RunOutcome outcome, LostCause cause = LostCause::unknown) {
  return {.run = run,
          .outcome = outcome,
          .at = {},
          .exit_code = {},
          .signal = {},
          .reason = "as the play has it",
          .cause = cause,
          .usage = {}};
}

/// Values of the first metric as a launcher reports them, without steps of their own.
inline Observed observed(RunKey run, std::uint64_t first, std::vector<double> values) {
  Observed event;
  event.run = run;
  event.first = first;
  event.times.assign(values.size(), second(1));
  event.values = std::move(values);
  return event;
}

inline Observed observed_at(RunKey run, std::uint64_t first, std::vector<std::int64_t> steps,
                            std::vector<double> values) {
  Observed event = observed(run, first, std::move(values));
  event.own_steps = true;
  event.steps = std::move(steps);
  return event;
}

inline StopAsked asked(StopAsked::Kind kind, bool now = false, std::uint32_t trial = 0) {
  return {.kind = kind, .now = now, .trial = trial, .reason = {}, .by = "test"};
}

/// A coordinator and what it did, step by step. Every step is also replayed, and the replayed state
/// must be the live one.
class Play {
 public:
  explicit Play(Rules rules, CoordinatorOptions options = {})
      : replayed_(rules), coordinator_(Experiment(std::move(rules)), options) {}
  /// The program started again on what another one left.
  Play(const Experiment& left, CoordinatorOptions options)
      : replayed_(left), coordinator_(left, options) {}

  const Step& step(const std::vector<Stimulus>& stimuli) {
    last_ = coordinator_.handle(second(++clock_), stimuli);
    for (const Record& record : last_.records) {
      EXPECT_TRUE(apply(replayed_, record)) << "record " << record.number << " does not replay";
    }
    EXPECT_TRUE(replayed_ == state()) << "replay differs from live";
    return last_;
  }

  /// The first step of a program: it takes the directory and nothing is left to adopt.
  const Step& open(const Budget& budget, std::uint32_t slots = 100, bool keep_going = false) {
    OwnerChanged owner;
    owner.seed = 7;
    owner.keep_going = keep_going;
    return step({CapacityChanged{slots}, owner, BudgetSet{.budget = budget, .origin = "file"},
                 AdoptionDone{}});
  }

  /// Answers the ask in flight.
  const Step& answer(std::size_t count, bool exhausted = false) {
    Answered answered{.proposals = {}, .exhausted = exhausted};
    for (std::size_t i = 0; i < count; ++i) {
      answered.proposals.push_back({.assignment = {{static_cast<double>(i)}},
                                    .labels = {},
                                    .parent = {},
                                    .name = "e-" + std::to_string(i)});
    }
    return step({answered});
  }

  /// A run reports one loss and succeeds.
  const Step& succeed(RunKey run, double loss = 0.5) {
    return step({Started{.run = run, .at = second(clock_), .host = "n1", .gpus = {}, .pid = 1},
                 observed(run, 0, {loss}), ended(run, RunOutcome::succeeded)});
  }
  /// The next step happens at that second.
  void wait_until(int at) { clock_ = at - 1; }
  /// It has run since `begin` when it succeeds, in the next step.
  const Step& succeed_after(RunKey run, int begin) {
    Ended end = ended(run, RunOutcome::succeeded);
    end.at = second(clock_ + 1);
    return step({Started{.run = run, .at = second(begin), .host = "n1", .gpus = {}, .pid = 1},
                 observed(run, 0, {0.5}), end});
  }
  const Step& fail(RunKey run) { return step({ended(run, RunOutcome::failed)}); }

  const Experiment& state() const { return coordinator_.experiment(); }
  const Trial& trial(std::uint32_t number) const { return state().trial(number); }
  const Step& last() const { return last_; }

  // What the last step wished.
  std::uint32_t asked_for() const {
    const auto* ask = command<Ask>();
    return ask == nullptr ? 0 : ask->count;
  }
  std::vector<RunKey> submitted() const {
    std::vector<RunKey> runs;
    for (const Command& each : last_.commands) {
      if (const auto* submit = std::get_if<Submit>(&each)) {
        runs.insert(runs.end(), submit->runs.begin(), submit->runs.end());
      }
    }
    return runs;
  }
  std::vector<Cancel::Item> cancelled() const {
    const auto* cancel = command<Cancel>();
    return cancel == nullptr ? std::vector<Cancel::Item>{} : cancel->runs;
  }
  bool finished() const { return command<Finish>() != nullptr; }
  Completion completion() const {
    return finished() ? command<Finish>()->completion : Completion::none;
  }

 private:
  template <typename Wanted>
  const Wanted* command() const {
    for (const Command& each : last_.commands) {
      if (const auto* found = std::get_if<Wanted>(&each)) {
        return found;
      }
    }
    return nullptr;
  }

  Experiment replayed_;
  Coordinator coordinator_;
  Step last_;
  int clock_ = 0;
};

using Runs = std::vector<RunKey>;
using Cancels = std::vector<Cancel::Item>;

}  // namespace diwan
