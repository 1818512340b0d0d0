// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "tests/simulation/audit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace diwan::simulation {
namespace {

std::uint64_t budget(const Experiment& experiment) {
  return experiment.budget().max_trials.value_or(std::numeric_limits<std::uint32_t>::max());
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

void Audit::take(const Record& record, const Experiment& after, std::uint32_t slots) {
  slots_ = slots;
  std::visit([&](const auto& event) { check(event, after); }, record.event);
}

void Audit::check(const Suggested& event, const Experiment& after) {
  EXPECT_EQ(event.assignment.values, (std::vector<double>{static_cast<double>(event.trial) - 1}))
      << "a point was suggested twice, or left out";
  EXPECT_LE(after.counters().completed() + after.live_trials().size() + after.waiting(),
            budget(after))
      << "suggested beyond the budget";
}

void Audit::check(const Queued& event, const Experiment& after) {
  EXPECT_FALSE(ended_.contains(event.run)) << "a run whose end was acknowledged runs again";
  EXPECT_LE(after.live_trials().size(), std::min(slots_, after.budget().parallel))
      << "more live runs than slots";
  EXPECT_LE(after.counters().completed() + after.live_trials().size(), budget(after))
      << "queued beyond the budget";
  EXPECT_FALSE(after.stop_asked()) << "started although paused or stopping";
}

void Audit::check(const Observed& event, const Experiment& /*after*/) {
  EXPECT_FALSE(ended_.contains(event.run)) << "an ended run acknowledges no more";
  const FakeRun* run = launcher_.find(event.run);
  ASSERT_NE(run, nullptr);
  std::uint64_t& count = observed_[{event.run, event.metric}];
  EXPECT_EQ(event.first, count) << "observations are missing, or came twice";
  const Stream& stream = run->streams.at(event.metric);
  for (std::size_t i = 0; i < event.values.size(); ++i, ++count) {
    ASSERT_LT(count, stream.said);
    EXPECT_TRUE(same(event.values[i], stream.values[count]));
    EXPECT_EQ(event.steps[i],
              stream.own_steps ? stream.steps[count] : static_cast<std::int64_t>(count) + 1);
  }
}

void Audit::check(const Ended& event, const Experiment& /*after*/) {
  EXPECT_TRUE(ended_.insert(event.run).second) << "a run ended twice";
  const FakeRun* run = launcher_.find(event.run);
  const bool natural =
      event.outcome == RunOutcome::succeeded || event.outcome == RunOutcome::failed;
  if (run == nullptr || !natural) {
    EXPECT_FALSE(natural) << "a run that was never submitted came to an end";
    return;
  }
  ASSERT_TRUE(run->end);
  EXPECT_EQ(run->end->outcome, event.outcome);
  for (const Stream& stream : run->streams) {
    EXPECT_EQ((observed_[{event.run, stream.metric}]), stream.said)
        << "the end was acknowledged before all observations";
  }
}

void Audit::scan(const Experiment& experiment) {
  Counters counters;
  std::set<std::uint32_t> live;
  std::set<std::uint32_t> fresh;
  std::set<std::uint32_t> again;
  std::optional<std::uint32_t> best;
  bool sound = true;
  for (const Trial& trial : experiment.trials()) {
    ++counters.trials;
    std::uint32_t* const of_status[] = {&counters.pending,       &counters.running,
                                        &counters.succeeded,     &counters.failed,
                                        &counters.early_stopped, &counters.metrics_unavailable,
                                        &counters.killed};
    ++*of_status[static_cast<std::size_t>(trial.status)];
    if (trial.live()) {
      live.insert(trial.number);
    } else if (trial.phase == Phase::waiting) {
      (trial.attempts == 0 ? fresh : again).insert(trial.number);
    }
    const bool ended = trial.phase == Phase::ended;
    sound = sound && ended == (trial.status > TrialStatus::running) &&
            ended == (experiment.curve(trial.number, 0) == nullptr);
    const bool eligible =
        trial.status == TrialStatus::succeeded || trial.status == TrialStatus::early_stopped;
    const auto value = experiment.objective(trial);
    if (eligible && value && (!best || *value < *experiment.objective(experiment.trial(*best)))) {
      best = trial.number;
    }
  }
  EXPECT_TRUE(sound) << "a trial's phase, status and curve do not agree";
  EXPECT_EQ(experiment.counters(), counters);
  EXPECT_EQ(experiment.live_trials(), live);
  EXPECT_EQ(experiment.fresh_trials(), fresh);
  EXPECT_EQ(experiment.again_trials(), again);
  EXPECT_EQ(experiment.best(), best);
}

}  // namespace diwan::simulation
