// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/kept_files.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "driver/core/ended_by.hpp"
#include "driver/core/standing.hpp"
#include "driver/launchers/supervisor/environment.hpp"
#include "driver/store/quiet_thread.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

/// A trial whose files may go once the record that says so is written.
struct Unwanted {
  std::uint64_t record = 0;
  std::string trial;
  std::uint32_t attempts = 0;
};

}  // namespace

struct KeptFiles::State {
  struct Earlier {
    Direction direction = Direction::minimize;
    bool operator()(const Candidate& left, const Candidate& right) const {
      return comes_before(left, right, direction);
    }
  };

  State(fs::path where, KeepRule given, const Experiment& experiment)
      : directory(std::move(where)),
        rule(given),
        ordered(experiment.rules().directions.size() == 1),
        best(Earlier{ordered ? experiment.rules().directions.front() : Direction::minimize}) {}

  fs::path directory;
  KeepRule rule;
  bool ordered;
  std::set<Candidate, Earlier> best;
  std::deque<Unwanted> unwanted;
  std::map<std::uint32_t, Unwanted> for_children;  ///< unwanted, but a child may want them

  std::mutex mutex;
  std::condition_variable more;
  std::deque<Unwanted> work;
  bool last = false;  ///< no more work will come
  std::thread thread;

  void give_up(const Trial& trial, std::uint64_t record) {
    Unwanted files{.record = record, .trial = trial.name, .attempts = trial.attempts};
    if (rule.for_children) {
      for_children[trial.number] = std::move(files);
    } else {
      unwanted.push_back(std::move(files));
    }
  }

  /// A trial has ended that may have gone on from another's checkpoint.
  void free_parent(const Trial& trial, std::uint64_t record) {
    const auto parent = trial.parent ? for_children.find(*trial.parent) : for_children.end();
    if (parent != for_children.end()) {
      parent->second.record = record;
      unwanted.push_back(std::move(parent->second));
      for_children.erase(parent);
    }
  }

  void judge(const Experiment& experiment, const Trial& trial, std::uint64_t record) {
    if (!ordered || experiment.text_objective(trial)) {
      return;
    }
    const auto candidate = candidate_of(experiment, trial);
    if (!candidate) {
      give_up(trial, record);
      return;
    }
    best.insert(*candidate);
    if (best.size() > rule.best) {
      give_up(experiment.trial(std::prev(best.end())->number), record);
      best.erase(std::prev(best.end()));
    }
  }

  void remove(const Unwanted& trial) const {
    std::error_code none;
    for (std::uint32_t attempt = 1; rule.logs_of_best && attempt <= trial.attempts; ++attempt) {
      const RunPaths paths = run_paths(directory, trial.trial, attempt);
      for (const fs::path& file : log_files(paths)) {
        fs::remove(file, none);
      }
    }
    const fs::path checkpoint = checkpoint_directory(directory, trial.trial);
    // An empty one is its supervisor's, which may use it for another trial at any moment; one that
    // was killed with it leaves it to the next coordinator, which begins with record 0.
    if (trial.record > 0 && (fs::is_empty(checkpoint, none) || none)) {
      return;
    }
    // By another name it is ours alone.
    const fs::path doomed = checkpoint.native() + ".removed";
    fs::rename(checkpoint, doomed, none);
    fs::remove_all(doomed, none);
  }

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      more.wait(lock, [this] { return last || !work.empty(); });
      if (work.empty()) {
        return;
      }
      const Unwanted trial = std::move(work.front());
      work.pop_front();
      lock.unlock();
      remove(trial);
      lock.lock();
    }
  }
};

KeptFiles::KeptFiles(const fs::path& directory, KeepRule rule, const Experiment& experiment)
    : state_(std::make_unique<State>(directory, rule, experiment)) {
  for (const Trial& trial : experiment.trials()) {
    if (trial.phase == Phase::ended) {
      state_->judge(experiment, trial, 0);
      state_->free_parent(trial, 0);
    }
  }
  state_->thread = quiet_thread([state = state_.get()] { state->run(); });
  written(0);
}

KeptFiles::~KeptFiles() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->last = true;
  }
  state_->more.notify_one();
  state_->thread.join();
}

void KeptFiles::step(const Experiment& experiment, std::span<const Record> records) {
  for (const Record& record : records) {
    if (const auto number = ended_by(record, experiment)) {
      state_->judge(experiment, experiment.trial(*number), record.number);
      state_->free_parent(experiment.trial(*number), record.number);
    }
  }
}

void KeptFiles::complete() {
  for (auto& [number, files] : state_->for_children) {
    state_->unwanted.push_back(std::move(files));
  }
  state_->for_children.clear();
}

void KeptFiles::written(std::uint64_t record) {
  auto& unwanted = state_->unwanted;
  if (unwanted.empty() || unwanted.front().record > record) {
    return;
  }
  {
    const std::lock_guard lock(state_->mutex);
    while (!unwanted.empty() && unwanted.front().record <= record) {
      state_->work.push_back(std::move(unwanted.front()));
      unwanted.pop_front();
    }
  }
  state_->more.notify_one();
}

}  // namespace diwan
