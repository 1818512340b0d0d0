// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "tests/simulation/fake_launcher.hpp"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

namespace diwan::simulation {

FakeLauncher::FakeLauncher(Dice& dice, bool outlives, std::uint32_t metrics)
    : dice_(dice), outlives_(outlives), metrics_(metrics), mute_(dice.chance(0.1)) {}

const FakeRun* FakeLauncher::find(RunKey key) const {
  const auto found = runs_.find(key);
  return found == runs_.end() ? nullptr : &found->second;
}

bool FakeLauncher::succeeded(std::uint32_t trial) const {
  return std::any_of(runs_.lower_bound({trial, 0}), runs_.lower_bound({trial + 1, 0}),
                     [](const auto& entry) {
                       const FakeRun& run = entry.second;
                       return run.end && run.end->outcome == RunOutcome::succeeded;
                     });
}

std::size_t FakeLauncher::alive() const {
  return static_cast<std::size_t>(std::count_if(
      runs_.begin(), runs_.end(), [](const auto& entry) { return !entry.second.over; }));
}

FakeRun FakeLauncher::make(RunKey key) {
  FakeRun run;
  run.key = key;
  const std::uint64_t sort = dice_.below(12);
  run.fate = sort < 2 ? RunOutcome::failed : RunOutcome::succeeded;
  const bool own_steps = dice_.chance(0.5);
  for (std::uint32_t metric = 0; metric < metrics_; ++metric) {
    if (sort == 2 || (mute_ && sort > 3)) {
      break;  // says nothing, and succeeds
    }
    Stream stream;
    stream.metric = metric;
    stream.source = static_cast<Source>(dice_.below(4));
    stream.own_steps = own_steps;
    auto step = static_cast<std::int64_t>(dice_.below(5));
    for (std::uint64_t i = 0, count = 1 + dice_.below(6); i < count; ++i) {
      step += static_cast<std::int64_t>(dice_.below(3));
      stream.steps.push_back(step);
      stream.values.push_back(dice_.below(15) == 0 ? std::numeric_limits<double>::quiet_NaN()
                                                   : static_cast<double>(dice_.below(1000)));
    }
    run.streams.push_back(std::move(stream));
  }
  return run;
}

void FakeLauncher::submit(std::span<const RunKey> runs) {
  for (const RunKey key : runs) {
    if (outlives_ && runs_.contains(key)) {
      continue;  // adopted
    }
    EXPECT_FALSE(runs_.contains(key)) << "run " << key.trial << "." << key.attempt << " twice";
    EXPECT_FALSE(succeeded(key.trial)) << "trial " << key.trial << " has succeeded and runs again";
    EXPECT_TRUE(outlives_ || alive() < capacity_) << "more runs than slots";
    runs_.emplace(key, make(key));
  }
}

void FakeLauncher::cancel(std::span<const Cancel::Item> runs) {
  for (const Cancel::Item& item : runs) {
    const auto found = runs_.find(item.run);
    if (found == runs_.end() || found->second.over) {
      continue;
    }
    found->second.told_to_stop = true;
    if (item.now) {
      end(found->second, RunOutcome::stopped, LostCause::unknown, true);
    }
  }
}

Observed FakeLauncher::batch(const FakeRun& run, const Stream& stream, std::size_t from) const {
  Observed event;
  event.run = run.key;
  event.metric = stream.metric;
  event.source = stream.source;
  event.first = from;
  event.own_steps = stream.own_steps;
  for (std::size_t i = from; i < stream.said; ++i) {
    event.values.push_back(stream.values[i]);
    event.times.emplace_back(std::chrono::seconds(i));
    if (stream.own_steps) {
      event.steps.push_back(stream.steps[i]);
    }
  }
  return event;
}

void FakeLauncher::speak(FakeRun& run) {
  for (Stream& stream : run.streams) {
    const std::size_t before = stream.said;
    stream.said = std::min(stream.values.size(), before + dice_.below(3));
    if (stream.said > before) {
      queue_.emplace_back(batch(run, stream, before));
    }
  }
}

void FakeLauncher::end(FakeRun& run, RunOutcome outcome, LostCause cause, bool written) {
  run.over = true;
  const Ended ended{.run = run.key,
                    .outcome = outcome,
                    .at = {},
                    .exit_code = {},
                    .signal = {},
                    .reason = "as the dice have it",
                    .cause = cause,
                    .usage = {}};
  if (written) {
    run.end = ended;
  }
  queue_.emplace_back(ended);
}

void FakeLauncher::live(bool calm) {
  for (auto& [key, run] : runs_) {
    if (run.over || dice_.chance(0.3)) {
      continue;
    }
    if (!run.started) {
      run.started = true;
      queue_.emplace_back(Started{.run = key, .at = {}, .host = "n", .gpus = {}, .pid = 1});
    }
    speak(run);
    const bool said_all =
        std::all_of(run.streams.begin(), run.streams.end(),
                    [](const Stream& stream) { return stream.said == stream.values.size(); });
    if (said_all && dice_.chance(0.5)) {
      end(run, run.fate, LostCause::unknown, true);
    } else if (run.told_to_stop && dice_.chance(0.5)) {
      end(run, RunOutcome::stopped, LostCause::unknown, true);
    } else if (!calm && dice_.chance(0.03)) {
      // All causes, and a run that somebody else stopped.
      const std::uint64_t how = dice_.below(7);
      how == 6 ? end(run, RunOutcome::stopped, LostCause::unknown, true)
               : end(run, RunOutcome::lost, static_cast<LostCause>(how), outlives_);
    }
  }
}

std::vector<Stimulus> FakeLauncher::poll(bool calm) {
  std::vector<Stimulus> reports;
  while (!queue_.empty() && (calm || dice_.chance(0.7))) {
    delivered_.push_back(queue_.front());
    reports.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  // Old reports again, and batches that overlap what was reported.
  while (!calm && !delivered_.empty() && dice_.chance(0.2)) {
    const Stimulus& again = delivered_[dice_.below(delivered_.size())];
    reports.push_back(again);
    if (const auto* old = std::get_if<Observed>(&again)) {
      const FakeRun& run = runs_.at(old->run);
      for (const Stream& stream : run.streams) {
        if (stream.metric == old->metric && dice_.chance(0.5)) {
          reports.emplace_back(batch(run, stream, dice_.below(old->first + 1)));
        }
      }
    }
  }
  return reports;
}

void FakeLauncher::set_capacity(std::uint32_t capacity) {
  capacity_ = capacity;
  if (outlives_) {
    return;  // a limit of ours: what runs, runs
  }
  for (auto& [key, run] : runs_) {
    if (!run.over && alive() > capacity_) {
      end(run, RunOutcome::lost, LostCause::node_gone, false);
    }
  }
}

void FakeLauncher::die() {
  queue_.clear();
  if (outlives_) {
    return;
  }
  for (auto& [key, run] : runs_) {
    run.over = true;
  }
}

void FakeLauncher::recover(RunKey key, std::vector<Stimulus>& stimuli) {
  const FakeRun* run = find(key);
  if (run == nullptr) {
    return;
  }
  if (run->started) {
    stimuli.emplace_back(Started{.run = key, .at = {}, .host = "n", .gpus = {}, .pid = 1});
  }
  for (const Stream& stream : run->streams) {
    stimuli.emplace_back(batch(*run, stream, 0));
  }
  if (run->end) {
    stimuli.emplace_back(*run->end);
  }
}

}  // namespace diwan::simulation
