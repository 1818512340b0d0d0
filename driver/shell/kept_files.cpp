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
#include <variant>

#include "algorithms/pbt/labels.hpp"
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

/// Which trials others may still go on from.
///
/// A trial on a rung is gone on from once. In a population any member may copy another's latest
/// result; a result is passed once its member has gone on from a later one, since nobody who did
/// not know of that one can be asked then.
class Continuations {
 public:
  /// A trial whose files nobody wants any more for this, if there is one.
  using Passed = std::optional<std::uint32_t>;

  Passed suggested(const Trial& trial) {
    if (trial.parent) {
      ++under_way_[*trial.parent];
    }
    const std::optional<std::size_t> place = member_of(trial);
    if (!place) {
      return std::nullopt;
    }
    Member& member = members_[*place];
    if (!member.newer) {
      return std::nullopt;
    }
    const Passed old = std::exchange(member.latest, std::exchange(member.newer, std::nullopt));
    return old ? pass(*old) : std::nullopt;
  }
  /// The trial has ended, with a result or without.
  Passed ended(const Trial& trial, bool result) {
    const std::optional<std::size_t> place = member_of(trial);
    if (place && result) {
      members_[*place].newer = trial.number;
    } else if (place) {
      passed_.insert(trial.number);
    }
    if (!trial.parent) {
      return std::nullopt;
    }
    if (const auto left = under_way_.find(*trial.parent); left != under_way_.end()) {
      left->second -= 1;
      if (left->second == 0) {
        under_way_.erase(left);
      }
    }
    if (!place) {
      return pass(*trial.parent);
    }
    return over(*trial.parent) ? trial.parent : std::nullopt;
  }
  bool over(std::uint32_t trial) const {
    return passed_.contains(trial) && !under_way_.contains(trial);
  }

 private:
  struct Member {
    Passed latest;
    Passed newer;  ///< a later result, which it has not gone on from yet
  };

  /// The member of a population whose trial it is. Trials without labels that begin anew are
  /// listed ones (spec.initialTrials): the first of all, in a population each the first of a member
  /// of its own. In any other experiment nobody goes on as that member.
  static std::optional<std::size_t> member_of(const Trial& trial) {
    if (const std::optional<MemberLabels> place = member_labels(trial.labels)) {
      return place->member;
    }
    return trial.labels.empty() && !trial.parent ? std::optional<std::size_t>(trial.number)
                                                 : std::nullopt;
  }
  Passed pass(std::uint32_t trial) {
    passed_.insert(trial);
    return over(trial) ? Passed(trial) : std::nullopt;
  }

  std::map<std::uint32_t, std::size_t> under_way_;  ///< trials that go on from one, not ended
  std::map<std::size_t, Member> members_;
  std::set<std::uint32_t> passed_;
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
  Continuations continuations;
  std::map<std::uint32_t, Unwanted> for_children;  ///< unwanted, but a child may want them

  std::mutex mutex;
  std::condition_variable more;
  std::deque<Unwanted> work;
  bool last = false;  ///< no more work will come
  std::thread thread;

  void give_up(const Trial& trial, std::uint64_t record) {
    Unwanted files{.record = record, .trial = trial.name, .attempts = trial.attempts};
    if (rule.for_children && !continuations.over(trial.number)) {
      for_children[trial.number] = std::move(files);
    } else {
      unwanted.push_back(std::move(files));
    }
  }

  /// Nobody will go on from this one.
  void pass(const Continuations::Passed& number, std::uint64_t record) {
    const auto files = number ? for_children.find(*number) : for_children.end();
    if (files != for_children.end()) {
      files->second.record = record;
      unwanted.push_back(std::move(files->second));
      for_children.erase(files);
    }
  }

  void suggested(const Trial& trial, std::uint64_t record) {
    pass(continuations.suggested(trial), record);
  }

  void ended(const Experiment& experiment, const Trial& trial, std::uint64_t record) {
    const auto candidate = candidate_of(experiment, trial);
    const Continuations::Passed passed = continuations.ended(trial, candidate.has_value());
    judge(experiment, trial, candidate, record);
    pass(passed, record);
  }

  /// Gives up the files of this trial, or of the one that it puts out of the best.
  void judge(const Experiment& experiment, const Trial& trial,
             const std::optional<Candidate>& candidate, std::uint64_t record) {
    if (!ordered || experiment.text_objective(trial)) {
      return;
    }
    if (candidate) {
      best.insert(*candidate);
      if (best.size() > rule.best) {
        give_up(experiment.trial(std::prev(best.end())->number), record);
        best.erase(std::prev(best.end()));
      }
    } else {
      give_up(trial, record);
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
  // In the order of their numbers, which is that of their ends within a member.
  for (const Trial& trial : experiment.trials()) {
    state_->suggested(trial, 0);
    if (trial.phase == Phase::ended) {
      state_->ended(experiment, trial, 0);
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
    if (const auto* const suggested = std::get_if<Suggested>(&record.event)) {
      state_->suggested(experiment.trial(suggested->trial), record.number);
    } else if (const auto number = ended_by(record, experiment)) {
      state_->ended(experiment, experiment.trial(*number), record.number);
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
