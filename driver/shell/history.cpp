// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/history.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <variant>

#include "driver/core/coordinator.hpp"
#include "driver/shell/changes.hpp"
#include "driver/shell/facts.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {
namespace {

Budget budget_of_file(const Spec& spec, std::uint32_t slots) {
  Budget budget = spec.budget;
  if (!spec.parallel_given) {
    budget.parallel = std::max<std::uint32_t>(1, slots);
  }
  return budget;
}

/// Takes the budgets in which the file differs from the last one seen; the others stay as options
/// and `extend` set them.
void take_if_new(Budget& budget, const Budget& file, const Budget& now, const Budget& seen) {
  if (now.max_trials != seen.max_trials) {
    budget.max_trials = file.max_trials;
  }
  if (now.parallel != seen.parallel) {
    budget.parallel = file.parallel;
  }
  if (now.max_failed != seen.max_failed) {
    budget.max_failed = file.max_failed;
  }
  if (now.goal != seen.goal) {
    budget.goal = file.goal;
  }
}

}  // namespace

void History::take(Record&& record) {
  const std::uint32_t parallel_before = experiment.budget().parallel;
  if (!apply(experiment, record)) {
    throw StoreError(
        "record " + std::to_string(record.number) +
        " does not fit the ones before it: the journal is damaged, or was written by a "
        "newer version of Diwan");
  }
  notices.take(record, experiment);
  for (Fact& fact : facts_of(record, experiment)) {
    facts.push_back(std::move(fact));
  }
  if (const auto* budget = std::get_if<BudgetSet>(&record.event)) {
    first_budget = first_budget.value_or(budget->budget);
    const bool by_option = budget->origin.find("--parallel") != std::string::npos;
    parallel_overridden =
        by_option || (parallel_overridden && budget->budget.parallel == parallel_before);
  }
}

std::optional<History> read_history(const std::filesystem::path& directory, const Spec& spec) {
  if (!holds_experiment(directory)) {
    return std::nullopt;
  }
  History history(rules_of(spec), spec.space);
  history.report = replay(directory, [&](Record&& record) { history.take(std::move(record)); });
  if (history.experiment.last_record() == 0) {
    return std::nullopt;  // a run began here and ended before its first record
  }
  return history;
}

std::optional<BudgetSet> budget_change(const RunRequest& request, const History* history,
                                       std::uint32_t slots) {
  const Budget file = budget_of_file(request.spec, slots);
  BudgetSet change{.budget = file, .origin = "file"};
  if (history != nullptr) {
    const Budget& seen = history->experiment.owner().file_budget;
    change.budget = history->experiment.budget();
    change.origin = request.spec.budget != seen ? "file" : "";
    take_if_new(change.budget, file, request.spec.budget, seen);
    if (request.spec.budget.parallel == seen.parallel && !request.spec.parallel_given &&
        !history->parallel_overridden) {
      change.budget.parallel = file.parallel;
      change.origin = change.origin.empty() ? "slots" : change.origin;
    }
  }
  if (request.max_trials &&
      (history == nullptr || change.budget.max_trials != request.max_trials)) {
    change.budget.max_trials = request.max_trials;
    change.origin += change.origin.empty() ? "--max-trials" : ", --max-trials";
  }
  if (request.parallel && (history == nullptr || change.budget.parallel != *request.parallel)) {
    change.budget.parallel = *request.parallel;
    change.origin += change.origin.empty() ? "--parallel" : ", --parallel";
  }
  if (history != nullptr && change.budget == history->experiment.budget()) {
    return std::nullopt;
  }
  return change;
}

Spec kept_spec(const std::filesystem::path& directory, const SpecOptions& options) {
  OwnerChanged last;
  replay(directory, [&](Record&& record) {
    auto* owner = std::get_if<OwnerChanged>(&record.event);
    if (owner != nullptr && !owner->spec.empty()) {
      last = std::move(*owner);
    }
  });
  return parse_spec(last.spec, last.spec_file, options);
}

void refuse_changes(const RunRequest& request, const Experiment& experiment) {
  const OwnerChanged& owner = experiment.owner();
  SpecOptions options;
  const Spec before = parse_spec(owner.spec, owner.spec_file, options);
  std::string text;
  bool never = false;
  for (const SpecChange& change : changes(before, request.spec)) {
    never = never || !change.allowed;
    if (!change.allowed || !request.accept_changes) {
      text += "\n  " + change.field + ": was " + change.before + ", now " + change.now;
    }
  }
  if (!text.empty()) {
    throw RunRefused(request.directory.string() +
                     " was started with another specification:" + text + "\n" +
                     (never ? "its search space and objective cannot change; give another --dir or "
                              "another metadata.name"
                            : "take the change back, or give --accept-changes"));
  }
}

std::uint64_t choose_seed(const RunRequest& request, const History* history) {
  const auto wanted = request.seed ? request.seed : request.spec.seed;
  if (history != nullptr) {
    const std::uint64_t seed = history->experiment.seed();
    if (wanted && *wanted != seed) {
      throw RunRefused("the experiment in " + request.directory.string() + " has seed " +
                       std::to_string(seed) + ", not " + std::to_string(*wanted) +
                       "; leave the seed out, or give another --dir");
    }
    return seed;
  }
  if (wanted) {
    return *wanted;
  }
  // The one place that draws from the machine; the journal keeps what came.
  std::random_device device;
  return device() & 0x7fffffffU;
}

bool work_left(const RunRequest& request, const Experiment& experiment,
               const std::optional<BudgetSet>& change) {
  if (!experiment.finished() || request.accept_changes || request.keep_going) {
    return true;
  }
  if (!change) {
    return false;
  }
  Experiment then = experiment;
  apply(then, Record{.number = then.last_record() + 1, .time = {}, .event = *change});
  return then.completion() == Completion::none;
}

}  // namespace diwan
