// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/apply.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <variant>

#include "driver/core/standing.hpp"

namespace diwan {
namespace {

constexpr std::size_t source_count = 4;

}  // namespace

/// Folds events into an experiment, one overload an event: a new event without one does not
/// compile. Each says whether the event fits the state, and changes nothing when it does not.
class Fold {
 public:
  Fold(Experiment& experiment, Time time) : e_(experiment), time_(time) {}

  bool fold(const Record& record) {
    const Time::duration worked = e_.worked(record.time);
    const bool fits = std::visit(*this, record.event);
    if (fits) {
      // Between the last record of one owner and the first of the next nothing ran.
      e_.worked_ = std::holds_alternative<OwnerChanged>(record.event) ? e_.worked_ : worked;
      e_.last_record_ = record.number;
      e_.last_time_ = record.time;
    }
    return fits;
  }

  bool operator()(const Suggested& event) {
    if (event.trial != e_.trials_.size() + 1) {
      return false;
    }
    Trial trial;
    trial.number = event.trial;
    trial.name = event.name;
    trial.assignment = event.assignment;
    trial.labels = event.labels;
    trial.parent = event.parent;
    trial.suggested_at = time_;
    trial.metrics.resize(e_.rules_.metrics.size());
    e_.trials_.push_back(std::move(trial));
    e_.curves_[event.trial].resize(e_.rules_.metrics.size());
    e_.fresh_.insert(event.trial);
    ++e_.counters_.trials;
    ++e_.counters_.pending;
    return true;
  }

  bool operator()(const Queued& event) {
    Trial* trial = find(event.run.trial);
    if (trial == nullptr || trial->phase != Phase::waiting ||
        event.run.attempt != trial->attempts + 1) {
      return false;
    }
    ++trial->attempts;
    trial->phase = Phase::queued;
    e_.held_.clear();
    forget_last_run(*trial);
    auto& curves = e_.curves_[trial->number];
    for (std::size_t i = 0; i < curves.size(); ++i) {
      curves[i].restart(trial->metrics[i]);
    }
    e_.fresh_.erase(trial->number);
    e_.again_.erase(trial->number);
    e_.live_.insert(trial->number);
    return true;
  }

  bool operator()(const Started& event) {
    Trial* trial = find_live(event.run);
    if (trial == nullptr || trial->phase != Phase::queued) {
      return false;
    }
    trial->phase = Phase::running;
    trial->status = TrialStatus::running;
    trial->run_start = event.at;
    trial->start = trial->start.value_or(event.at);
    trial->host = event.host;
    trial->gpus = event.gpus;
    --e_.counters_.pending;
    ++e_.counters_.running;
    return true;
  }

  bool operator()(const Observed& event) {
    Trial* trial = find_live(event.run);
    if (trial == nullptr || event.metric >= trial->metrics.size() ||
        static_cast<std::size_t>(event.source) >= source_count ||
        event.steps.size() != event.values.size() || event.times.size() != event.values.size()) {
      return false;
    }
    e_.curves_[trial->number][event.metric].take(event, trial->metrics[event.metric]);
    return true;
  }

  bool operator()(const Pruned& event) {
    Trial* trial = find_live(event.run);
    if (trial == nullptr || called_off(*trial)) {
      return false;
    }
    trial->stop = StopReason::pruned;
    trial->rule = event.rule;
    e_.called_off_.insert(trial->number);
    return true;
  }

  bool operator()(const Ended& event) {
    Trial* trial = find_live(event.run);
    if (trial == nullptr) {
      return false;
    }
    leave_live(*trial, event);
    switch (event.outcome) {
      case RunOutcome::succeeded:
        if (e_.objectives_available(*trial)) {
          trial->reason.clear();  // of an attempt without values, while an earlier one gave some
          finish(*trial, TrialStatus::succeeded);
        } else {
          finish(*trial, TrialStatus::metrics_unavailable);
        }
        break;
      case RunOutcome::failed:
        ++trial->failures;
        trial->failures <= e_.rules_.retries && !called_off(*trial)
            ? again(*trial)
            : finish(*trial, TrialStatus::failed);
        break;
      case RunOutcome::stopped:
        stop(*trial);
        break;
      case RunOutcome::lost:
        lose(*trial, event);
        break;
    }
    return true;
  }

  bool operator()(const BudgetSet& event) {
    const bool as_many = e_.budget_.max_trials == event.budget.max_trials;
    e_.budget_ = event.budget;
    e_.budget_known_ = true;
    // A finish that the facts still bear out stands; any other is open again. Of the budget, an
    // algorithm knows the number of trials alone.
    const bool still_exhausted =
        as_many && e_.finished_ && e_.finished_->reason == to_string(Completion::exhausted);
    if (e_.finished_ && !still_exhausted &&
        e_.finished_->reason != to_string(e_.completion_by_facts())) {
      e_.finished_.reset();
    }
    return true;
  }

  bool operator()(const StopAsked& event) {
    switch (event.kind) {
      case StopAsked::Kind::drain:
      case StopAsked::Kind::stop:
        // Kept with the run: whoever sees its end knows that it was ours to cause.
        for (const std::uint32_t number : e_.live_) {
          Trial& trial = e_.trials_[number - 1];
          trial.stop = called_off(trial) ? trial.stop : StopReason::drain;
        }
        e_.fruitless_owners_ += event.by == by_time_limit && !e_.owner_saw_an_end_ ? 1 : 0;
        e_.stop_ = event;
        return true;
      case StopAsked::Kind::hold:
        e_.held_ = event.reason;
        return true;
      case StopAsked::Kind::pause:
        e_.stop_ = event;
        return true;
      case StopAsked::Kind::go_on:
        e_.stop_.reset();
        return true;
      case StopAsked::Kind::finish:
        if (completion_named(event.reason) == Completion::none) {
          return false;
        }
        e_.finished_ = event;
        e_.finished_at_ = time_;
        return true;
      case StopAsked::Kind::cancel:
        return cancel(event);
    }
    return false;
  }

  bool operator()(const OwnerChanged& event) {
    OwnerChanged owner = event;
    owner.known.clear();  // the algorithm is told; the state needs them no more
    if (owner.spec.empty()) {
      owner.spec = std::move(e_.owner_.spec);
      owner.spec_file = std::move(e_.owner_.spec_file);
    }
    e_.owner_ = std::move(owner);
    e_.keep_going_ = e_.keep_going_ || event.keep_going;
    e_.stop_.reset();
    e_.held_.clear();
    e_.owner_saw_an_end_ = false;
    e_.finished_.reset();
    e_.start_time_ = e_.start_time_.value_or(time_);
    e_.owner_before_left_ = e_.last_time_;
    return true;
  }

 private:
  /// Was it decided to end this trial, whatever becomes of its run?
  static bool called_off(const Trial& trial) {
    return trial.stop == StopReason::pruned || trial.stop == StopReason::cancelled;
  }

  static void forget_last_run(Trial& trial) {
    trial.stop = StopReason::none;
    trial.stop_now = false;
    trial.run_start.reset();
    trial.host.clear();
    trial.gpus.clear();
    trial.exit_code.reset();
    trial.signal.reset();
    trial.reason.clear();
    trial.usage = {};
  }

  Trial* find(std::uint32_t number) { return e_.has(number) ? &e_.trials_[number - 1] : nullptr; }

  Trial* find_live(RunKey run) {
    Trial* trial = find(run.trial);
    return trial != nullptr && trial->live() && trial->attempts == run.attempt ? trial : nullptr;
  }

  void leave_live(Trial& trial, const Ended& event) {
    e_.live_.erase(trial.number);
    e_.called_off_.erase(trial.number);
    --(trial.phase == Phase::running ? e_.counters_.running : e_.counters_.pending);
    if (trial.run_start && event.at > *trial.run_start) {
      trial.seconds += std::chrono::duration<double>(event.at - *trial.run_start).count();
    }
    trial.exit_code = event.exit_code;
    trial.signal = event.signal;
    trial.reason = event.reason;
    trial.usage = event.usage;
    trial.end = event.at;
  }

  void again(Trial& trial) {
    trial.phase = Phase::waiting;
    trial.status = TrialStatus::pending;
    trial.stop = StopReason::none;
    trial.stop_now = false;
    trial.end.reset();
    e_.again_.insert(trial.number);
    ++e_.counters_.pending;
  }

  void lose(Trial& trial, const Ended& event) {
    // A decision to end the trial stands, however the run went.
    if (called_off(trial)) {
      stop(trial);
      return;
    }
    constexpr std::uint32_t most_unknown = 3;
    if (event.cause == LostCause::unknown && ++trial.lost_unknown > most_unknown) {
      trial.reason = "lost 4 times for no known cause, last: " + event.reason;
      finish(trial, TrialStatus::failed);
      return;
    }
    again(trial);
  }

  /// The end of a run that was ended on purpose.
  void stop(Trial& trial) {
    if (trial.stop == StopReason::pruned) {
      finish(trial, TrialStatus::early_stopped);
      return;
    }
    if (trial.stop != StopReason::cancelled) {
      trial.stop = StopReason::experiment_complete;
    }
    finish(trial, TrialStatus::killed);
  }

  bool cancel(const StopAsked& event) {
    Trial* trial = find(event.trial);
    if (trial == nullptr || trial->phase == Phase::ended) {
      return false;
    }
    if (trial->live()) {
      trial->stop = StopReason::cancelled;
      trial->stop_now = trial->stop_now || event.now;
      e_.called_off_.insert(trial->number);
      return true;
    }
    e_.fresh_.erase(trial->number);
    e_.again_.erase(trial->number);
    --e_.counters_.pending;
    trial->end = time_;
    trial->reason =
        trial->attempts == 0 ? "cancelled before it ran" : "cancelled while it waited to go again";
    finish(*trial, TrialStatus::killed);
    return true;
  }

  void finish(Trial& trial, TrialStatus status) {
    trial.phase = Phase::ended;
    trial.status = status;
    e_.owner_saw_an_end_ = true;
    e_.fruitless_owners_ = 0;
    e_.curves_.erase(trial.number);
    count(status);
    if (e_.first_ends_ < 3) {
      ++e_.first_ends_;
      e_.first_without_metrics_ += status == TrialStatus::metrics_unavailable ? 1 : 0;
    }
    if (status == TrialStatus::succeeded || status == TrialStatus::early_stopped) {
      challenge(trial);
    }
  }

  void count(TrialStatus status) {
    Counters& counters = e_.counters_;
    switch (status) {
      case TrialStatus::succeeded:
        ++counters.succeeded;
        break;
      case TrialStatus::early_stopped:
        ++counters.early_stopped;
        break;
      case TrialStatus::metrics_unavailable:
        ++counters.metrics_unavailable;
        break;
      case TrialStatus::killed:
        ++counters.killed;
        break;
      default:
        ++counters.failed;
    }
  }

  /// Is this trial the new best?
  void challenge(const Trial& trial) {
    if (e_.text_objective(trial)) {
      e_.best_ = trial.number;
      return;
    }
    const auto candidate = candidate_of(e_, trial);
    if (!candidate || candidate->objectives.empty()) {
      return;
    }
    const auto best = e_.best_ ? candidate_of(e_, e_.trial(*e_.best_)) : std::nullopt;
    if (!best || comes_before(*candidate, *best, e_.rules_.directions.front())) {
      e_.best_ = trial.number;
    }
  }

  Experiment& e_;
  Time time_;
};

bool apply(Experiment& experiment, const Record& record) {
  if (record.number != experiment.last_record() + 1) {
    return false;
  }
  return Fold(experiment, record.time).fold(record);
}

}  // namespace diwan
