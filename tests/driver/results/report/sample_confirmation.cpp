// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>

#include "algorithms/rng.hpp"
#include "collectors/timestamp.hpp"
#include "driver/core/apply.hpp"
#include "driver/results/best.hpp"
#include "driver/results/confirmation.hpp"
#include "driver/results/outcome.hpp"
#include "driver/spec/confirmation.hpp"
#include "driver/store/store.hpp"
#include "tests/driver/results/report/sample_run.hpp"

namespace diwan::test {
namespace {

constexpr std::uint32_t repeats = 5;

/// A store that takes events one second after the other.
class Log {
 public:
  Log(const Spec& spec, const std::filesystem::path& directory)
      : spec_(spec),
        experiment_(rules_of(spec)),
        store_(Store::open(directory, this_process(), {})),
        now_(*parse_rfc3339("2026-03-03T08:00:00Z")) {
    OwnerChanged owner;
    owner.epoch = 1;
    owner.host = "node1";
    owner.pid = 4712;
    owner.launcher = "local";
    owner.version = "0.1.0";
    owner.seed = *spec.seed;
    owner.spec = spec.text;
    owner.spec_file = spec.file.string();
    owner.file_budget = spec.budget;
    record(owner);
    record(BudgetSet{spec.budget, "file"});
  }

  /// A run that gives one loss.
  void run(std::uint32_t number, double loss) {
    const RunKey run{number, 1};
    record(Suggested{number,
                     "resnet-cifar-run" + std::to_string(number),
                     spec_.initial_trials[number - 1],
                     {},
                     {}});
    record(Queued{run});
    Started started;
    started.run = run;
    started.at = now_;
    started.host = "node1";
    record(started);
    Observed observed;
    observed.run = run;
    observed.steps = {1};
    observed.values = {loss};
    observed.times = {now_};
    record(observed);
    Ended ended;
    ended.run = run;
    ended.at = now_;
    ended.exit_code = 0;
    record(ended);
  }

  void close() {
    StopAsked finish;
    finish.kind = StopAsked::Kind::finish;
    finish.reason = "max_trials";
    record(finish);
    store_->close(std::make_shared<const Experiment>(experiment_),
                  checkpoint_names(spec_.name, spec_.space),
                  outcome_line({0, "budget used", now_}));
  }

 private:
  void record(Event event) {
    Record record{experiment_.last_record() + 1, now_, std::move(event)};
    if (!apply(experiment_, record)) {
      throw std::logic_error("record " + std::to_string(record.number) + " does not fit");
    }
    store_->append({std::move(record)});
    now_ += std::chrono::seconds(1);
  }

  Spec spec_;
  Experiment experiment_;
  std::unique_ptr<Store> store_;
  Time now_;
};

}  // namespace

void make_sample_confirmation(const std::filesystem::path& directory,
                              const std::vector<std::pair<std::string, std::string>>& set) {
  const Loaded found = load(directory);
  std::vector<FoundTrial> trials;
  std::vector<double> losses;
  for (const std::uint32_t number : best_trials(found, 3).trials) {
    const Trial& trial = found.experiment.trial(number);
    trials.push_back({.number = number, .assignment = trial.assignment});
    losses.push_back(*found.experiment.objective(trial));
  }
  const Spec spec = confirmation_of(found.spec, trials, repeats, 11, set);
  Log log(spec, next_confirmation_directory(directory));
  Draw draw(11, 9, set.size());
  constexpr std::array<double, 3> luck = {0.013, 0.002, 0.021};  // by which each was found too good
  for (std::uint32_t run = 0; run < repeats * trials.size(); ++run) {
    const std::size_t one = run % trials.size();
    log.run(run + 1, losses[one] + luck.at(one) + 0.004 * draw.normal() -
                         (set.empty() ? 0 : 0.03 + 0.006 * draw.uniform()));
  }
  log.close();
}

}  // namespace diwan::test
