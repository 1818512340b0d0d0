// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "tests/driver/store/histories.hpp"

#include <limits>
#include <stdexcept>
#include <utility>

#include "driver/core/apply.hpp"
#include "driver/store/chain.hpp"
#include "tests/driver/store/any_event.hpp"

namespace diwan {

SearchSpace history_space() {
  return SearchSpace({{"lr", Real{1e-4, 1, {}, Distribution::log_uniform}},
                      {"layers", Integer{1, 8, 1, Distribution::uniform}},
                      {"opt", Categorical{{"sgd", "adam", "größer"}}},
                      {"batch", Discrete{{32, 64.5}, {"32", "64.50"}, Distribution::uniform}}});
}

CheckpointNames history_names() { return checkpoint_names("e", history_space()); }

Rules history_rules() {
  return {{{"loss", Strategy::min}, {"note", Strategy::latest}}, {Direction::minimize}, 1};
}

History::History(std::uint64_t seed) : dice_(seed), experiment_(history_rules()) {}

Record History::add(Event event) {
  const std::uint64_t number = all_.size() + 1;
  Record record{number, soon(), std::move(event)};
  if (!apply(experiment_, record)) {
    throw std::logic_error("record " + std::to_string(number) + " does not fold");
  }
  all_.push_back(record);
  return record;
}

Record History::new_owner(std::uint64_t epoch) {
  OwnerChanged owner = any_owner(dice_);
  owner.epoch = epoch;
  return add(owner);
}

void History::forget_after(std::uint64_t number) {
  all_.resize(number);
  experiment_ = Experiment(history_rules());
  for (const Record& record : all_) {
    apply(experiment_, record);
  }
}

std::vector<Record> History::next(std::size_t count) {
  std::vector<Record> records;
  while (records.size() < count) {
    records.push_back(all_.empty() ? new_owner(1) : add(next_event()));
  }
  return records;
}

Time History::soon() const {
  return Time(std::chrono::microseconds(1'700'000'000'000'000 + 900 * all_.size()));
}

Event History::next_event() {
  for (const auto& waiting : {experiment_.fresh_trials(), experiment_.again_trials()}) {
    if (!waiting.empty()) {
      const Trial& trial = experiment_.trial(*waiting.begin());
      return Queued{{trial.number, trial.attempts + 1}};
    }
  }
  std::vector<const Trial*> running;
  for (const std::uint32_t number : experiment_.live_trials()) {
    const Trial& trial = experiment_.trial(number);
    if (trial.phase == Phase::queued) {
      return Started{trial.run(), soon(), "n1", {"0", "1"}, 4711};
    }
    running.push_back(&trial);
  }
  if (running.size() < 3) {
    const auto number = static_cast<std::uint32_t>(experiment_.trials().size() + 1);
    std::vector<double> unit;
    unit.reserve(4);
    for (int i = 0; i < 4; ++i) {
      unit.push_back(static_cast<double>(dice_.below(1000)) / 1000);
    }
    Assignment assignment = history_space().decode(unit);
    if (dice_.one_in(5)) {
      assignment.values[2] = Assignment::inactive;
    }
    return Suggested{number, "e-t" + std::to_string(number), assignment, {{"rung", "1"}}, {}};
  }
  const Trial& trial = *running[dice_.below(running.size())];
  if (!dice_.one_in(6)) {
    return next_observed(trial.run());
  }
  Ended ended;
  ended.run = trial.run();
  ended.at = soon();
  ended.exit_code = 0;
  if (dice_.one_in(4)) {
    ended.outcome = RunOutcome::failed;
    ended.exit_code = 3;
    ended.reason = any_text(dice_);
  }
  return ended;
}

Observed History::next_observed(RunKey run) {
  Observed observed;
  observed.run = run;
  observed.metric = static_cast<std::uint32_t>(dice_.below(2));
  observed.source = static_cast<Source>(dice_.below(4));
  const std::size_t count = dice_.one_in(20) ? 0 : 1 + dice_.below(8);
  for (std::size_t i = 0; i < count; ++i) {
    observed.steps.push_back(static_cast<std::int64_t>(i + 1));
    observed.values.push_back(any_double(dice_));
    observed.times.push_back(any_time(dice_));
    if (observed.metric == 1 && dice_.one_in(4)) {
      observed.values.back() = std::numeric_limits<double>::quiet_NaN();
      observed.texts[static_cast<std::uint32_t>(i)] =
          any_text(dice_) + std::string(dice_.below(90), 'x');
    }
  }
  return observed;
}

std::vector<Record> replay_all(const std::filesystem::path& directory) {
  std::vector<Record> records;
  replay(directory, [&](Record&& record) { records.push_back(std::move(record)); });
  return records;
}

std::unique_ptr<Store> open_store(const std::filesystem::path& directory) {
  return Store::open(directory, this_process(), {});
}

std::vector<std::string> segments_in(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const SegmentName& name : list_segments(directory)) {
    names.push_back(to_string(name));
  }
  return names;
}

}  // namespace diwan
