// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Makes the directory of an experiment as a run that was killed would leave it:
//
//   make_experiment EXPERIMENT DIRECTORY TRIALS OBSERVATIONS journal|checkpoint
//
// with so many ended trials of so many observations each, all of it in the journal or all in the
// checkpoint.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "driver/core/apply.hpp"
#include "driver/launchers/clock.hpp"
#include "driver/shell/naming.hpp"
#include "driver/spec/spec.hpp"
#include "driver/store/store.hpp"

namespace {

using namespace diwan;  // NOLINT(google-build-using-namespace)

constexpr std::uint64_t seed = 7;
constexpr std::size_t batch = 50;

/// Numbers records, folds them and hands them on.
class Author {
 public:
  Author(Store& store, const Spec& spec) : store_(store), experiment_(rules_of(spec)) {}

  void write(Event event) {
    records_.push_back({experiment_.last_record() + 1, wall_clock(), std::move(event)});
    if (!apply(experiment_, records_.back())) {
      throw std::logic_error("a record does not fit the ones before it");
    }
  }
  void hand_on() { store_.append(std::exchange(records_, {})); }
  const Experiment& experiment() const { return experiment_; }

 private:
  Store& store_;
  Experiment experiment_;
  std::vector<Record> records_;
};

/// A point of the unit cube, another for each trial; the experiment's parameters are real in [0,
/// 1].
Assignment assignment_of(const SearchSpace& space, std::uint32_t trial) {
  Assignment assignment;
  for (std::size_t i = 0; i < space.size(); ++i) {
    const double place = 0.618033988749895 * trial * static_cast<double>(i + 1);
    assignment.values.push_back(place - std::floor(place));
  }
  return assignment;
}

Observed values_of(RunKey run, std::uint64_t first, std::size_t count) {
  Observed event;
  event.run = run;
  event.first = first;
  for (std::uint64_t i = first; i < first + count; ++i) {
    event.steps.push_back(static_cast<std::int64_t>(i + 1));
    event.values.push_back(std::exp(-1e-3 * static_cast<double>(i)) / run.trial);
    event.times.push_back(wall_clock());
  }
  return event;
}

void write_trial(Author& author, const Spec& spec, std::uint32_t trial, std::size_t observations) {
  const RunKey run{trial, 1};
  author.write(Suggested{.trial = trial,
                         .name = trial_name(spec.name, seed, trial),
                         .assignment = assignment_of(spec.space, trial),
                         .labels = {},
                         .parent = {}});
  author.write(Queued{run});
  author.write(Started{.run = run, .at = wall_clock(), .host = "node", .gpus = {}, .pid = 1});
  for (std::size_t first = 0; first < observations; first += batch) {
    author.write(values_of(run, first, std::min(batch, observations - first)));
  }
  Ended ended;
  ended.run = run;
  ended.at = wall_clock();
  ended.exit_code = 0;
  author.write(ended);
  author.hand_on();
}

void make(const Spec& spec, const std::filesystem::path& directory, std::uint32_t trials,
          std::size_t observations, bool checkpoint) {
  const OwnerIdentity identity = this_process();
  const auto store = Store::open(directory, identity, {});
  Author author(*store, spec);
  author.write(OwnerChanged{.epoch = store->epoch(),
                            .host = identity.host,
                            .boot_id = identity.boot_id,
                            .pid = identity.pid,
                            .job_id = {},
                            .job_end = {},
                            .launcher = "local",
                            .version = "bench",
                            .seed = seed,
                            .spec = spec.text,
                            .spec_file = spec.file.string(),
                            .file_budget = spec.budget,
                            .keep_going = false,
                            .known = {}});
  author.write(BudgetSet{.budget = spec.budget, .origin = "file"});
  for (std::uint32_t trial = 1; trial <= trials; ++trial) {
    write_trial(author, spec, trial, observations);
  }
  if (!store->flush(std::chrono::minutes(1))) {
    throw std::runtime_error(store->failure().value_or("the disk took more than a minute"));
  }
  if (checkpoint) {
    store->save(std::make_shared<const Experiment>(author.experiment()),
                checkpoint_names(spec.name, spec.space));
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 6) {
      throw std::invalid_argument(
          "usage: make_experiment EXPERIMENT DIRECTORY TRIALS OBSERVATIONS "
          "journal|checkpoint");
    }
    make(read_spec(argv[1]), argv[2], static_cast<std::uint32_t>(std::stoul(argv[3])),
         std::stoul(argv[4]), std::string(argv[5]) == "checkpoint");
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_experiment: %s\n", error.what());
    return 1;
  }
}
