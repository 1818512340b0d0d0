// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "driver/core/apply.hpp"
#include "driver/results/notices/notices.hpp"

namespace diwan::test {

/// An experiment of one objective, record by record, and the notices that follow it.
class Search {
 public:
  Search(SearchSpace space, Direction direction, const std::string& metric = "loss")
      : experiment_({.metrics = {{.name = metric,
                                  .strategy = direction == Direction::minimize ? Strategy::min
                                                                               : Strategy::max}},
                     .directions = {direction},
                     .retries = 0}),
        notices_(experiment_.rules(), std::move(space)) {
    record(OwnerChanged{});
    record(BudgetSet{});
  }

  const Experiment& experiment() const { return experiment_; }
  void wait(std::chrono::seconds time) { now_ += time; }

  void record(Event event) {
    const Record record{experiment_.last_record() + 1, now_, std::move(event)};
    apply(experiment_, record);
    notices_.take(record, experiment_);
  }
  RunKey start(std::vector<double> assignment) {
    const auto number = static_cast<std::uint32_t>(experiment_.trials().size() + 1);
    record(Suggested{number, "e-" + std::to_string(number), {std::move(assignment)}, {}, {}});
    const RunKey run{number, 1};
    record(Queued{run});
    Started started;
    started.run = run;
    started.at = now_;
    record(started);
    return run;
  }
  void observe(RunKey run, double value) {
    Observed batch;
    batch.run = run;
    batch.steps = {static_cast<std::int64_t>(experiment_.trial(run.trial).metrics[0].count) + 1};
    batch.first = static_cast<std::uint64_t>(batch.steps[0]) - 1;
    batch.values = {value};
    batch.times = {now_};
    record(batch);
  }
  void end(RunKey run, RunOutcome outcome = RunOutcome::succeeded) {
    Ended ended;
    ended.run = run;
    ended.outcome = outcome;
    ended.at = now_;
    record(ended);
  }
  /// A trial that reports these values and succeeds. Returns its number.
  std::uint32_t trial(std::vector<double> assignment, const std::vector<double>& values) {
    const RunKey run = start(std::move(assignment));
    for (const double value : values) {
      observe(run, value);
    }
    end(run);
    return run.trial;
  }

  std::vector<SearchNotice> notices() const { return notices_.found(experiment_); }
  std::vector<SearchNotice> stalled() const { return notices_.stalled(experiment_, now_); }
  /// Kinds in short: "edge plateau ".
  std::string kinds() const {
    std::string text;
    for (const SearchNotice& notice : notices()) {
      text += std::string(to_string(notice.kind)) + " ";
    }
    return text;
  }

 private:
  Experiment experiment_;
  Notices notices_;
  Time now_{};
};

/// One real parameter from 0 to 1.
inline SearchSpace unit_line() {
  return SearchSpace({Parameter{.name = "x", .domain = Real{.low = 0, .high = 1}}});
}

}  // namespace diwan::test
