// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
// How fast an experiment directory takes observations, and how fast an experiment of 10,000 trials
// and 1,000,000 observations is read back and folded: from the journal alone, and from the
// checkpoint.
//   bench/store_rate [DIRECTORY]      (default: the current one; the figures are those of its disk)

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include "driver/core/apply.hpp"
#include "driver/store/store.hpp"

namespace {

using namespace std::chrono_literals;
using diwan::Experiment;
using diwan::Record;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t trial_count = 10'000;
constexpr std::uint32_t observations_per_trial = 100;
constexpr std::size_t batch = 50;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](timeval time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

diwan::Time now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

const diwan::Rules rules{{{"loss", diwan::Strategy::min}}, {diwan::Direction::minimize}, 0};

diwan::SearchSpace space() {
  std::vector<diwan::Parameter> parameters;
  parameters.reserve(10);
  for (int i = 0; i < 10; ++i) {
    parameters.push_back({std::string("p").append(std::to_string(i)), diwan::Real{}});
  }
  return diwan::SearchSpace(std::move(parameters));
}

/// Numbers records, folds them and hands them on.
class Run {
 public:
  explicit Run(diwan::Store& store) : store_(store), experiment_(rules) {}

  void add(diwan::Event event) {
    records_.push_back({experiment_.last_record() + 1, now(), std::move(event)});
    if (!apply(experiment_, records_.back())) {
      std::abort();
    }
  }
  void hand_on() { store_.append(std::exchange(records_, {})); }
  const Experiment& experiment() const { return experiment_; }

 private:
  diwan::Store& store_;
  Experiment experiment_;
  std::vector<Record> records_;
};

diwan::Observed observed(diwan::RunKey run, std::uint64_t first, std::size_t count) {
  diwan::Observed event;
  event.run = run;
  event.first = first;
  for (std::size_t i = 0; i < count; ++i) {
    event.steps.push_back(static_cast<std::int64_t>(first + i + 1));
    event.values.push_back(std::exp(-1e-3 * static_cast<double>(first + i)) / run.trial);
    event.times.push_back(now());
  }
  return event;
}

/// 200,000 observations a second for five seconds, in the batches that 20 runs send each 100 ms:
/// what of a core that takes, and the memory.
void steady(const std::filesystem::path& directory) {
  const auto store = diwan::Store::open(directory, diwan::this_process(), {});
  constexpr std::size_t runs = 20;
  constexpr std::size_t per_tick = 20'000;
  std::uint64_t number = 0;
  std::vector<diwan::Observed> events;
  events.reserve(runs);
  for (std::size_t i = 0; i < runs; ++i) {
    events.push_back(observed({static_cast<std::uint32_t>(i + 1), 1}, 0, per_tick / runs));
  }
  const double cpu_before = cpu_seconds();
  const auto begin = Clock::now();
  for (int tick = 0; tick < 50; ++tick) {
    std::vector<Record> records;
    records.reserve(events.size());
    for (const diwan::Observed& event : events) {
      records.push_back({++number, now(), event});
    }
    store->append(std::move(records));
    std::this_thread::sleep_until(begin + (tick + 1) * 100ms);
  }
  store->flush(60s);
  const double seconds = seconds_since(begin);
  std::printf("steady       %.0f observations/s for %.1f s take %.1f %% of a core\n",
              50.0 * per_tick / seconds, seconds, 100 * (cpu_seconds() - cpu_before) / seconds);
}

/// As fast as the disk and the codec go.
void flood(const std::filesystem::path& directory) {
  const auto store = diwan::Store::open(directory, diwan::this_process(), {});
  const diwan::Observed event = observed({1, 1}, 0, 1000);
  constexpr std::uint64_t batches = 4000;
  const double cpu_before = cpu_seconds();
  const auto begin = Clock::now();
  for (std::uint64_t number = 1; number <= batches; ++number) {
    store->append({{number, now(), event}});
    while (number > store->written() + 100) {
      std::this_thread::sleep_for(50us);
    }
  }
  store->flush(60s);
  const double seconds = seconds_since(begin);
  std::printf("flood        %.2f million observations/s to the disk, %.2f us of CPU each\n",
              batches * 1000 / seconds * 1e-6,
              (cpu_seconds() - cpu_before) / (batches * 1000) * 1e6);
}

void fill(Run& run) {
  run.add(diwan::OwnerChanged{});
  for (std::uint32_t trial = 1; trial <= trial_count; ++trial) {
    run.add(diwan::Suggested{trial,
                             std::string("e-a").append(std::to_string(1'000'000 + trial)),
                             {std::vector<double>(10, 1.0 / trial)},
                             {},
                             {}});
    run.add(diwan::Queued{{trial, 1}});
    run.add(diwan::Started{{trial, 1}, now(), "node", {}, 1});
    for (std::uint32_t first = 0; first < observations_per_trial; first += batch) {
      run.add(observed({trial, 1}, first, batch));
    }
    diwan::Ended ended;
    ended.run = {trial, 1};
    ended.at = now();
    ended.exit_code = 0;
    run.add(ended);
    run.hand_on();
  }
}

void read_back(const std::filesystem::path& directory, const char* what) {
  const auto begin = Clock::now();
  Experiment experiment(rules);
  std::uint64_t observations = 0;
  diwan::replay(directory, [&](Record&& record) {
    if (const auto* event = std::get_if<diwan::Observed>(&record.event)) {
      observations += event->values.size();
    }
    apply(experiment, record);
  });
  const double seconds = seconds_since(begin);
  std::printf("%-12s %zu trials and %llu observations read and folded in %.2f s\n", what,
              experiment.trials().size(), static_cast<unsigned long long>(observations), seconds);
}

void resume(const std::filesystem::path& directory) {
  const diwan::CheckpointNames names = diwan::checkpoint_names("e", space());
  std::unique_ptr<Experiment> end;
  {
    const auto store = diwan::Store::open(directory, diwan::this_process(), {});
    Run run(*store);
    fill(run);
    end = std::make_unique<Experiment>(run.experiment());
  }
  read_back(directory, "journal");
  {
    const auto store = diwan::Store::open(directory, diwan::this_process(), {});
    const auto begin = Clock::now();
    store->close(std::make_shared<const Experiment>(*end), names, std::nullopt);
    std::printf(
        "checkpoint   of all of it made in %.2f s, %.1f MB\n", seconds_since(begin),
        static_cast<double>(std::filesystem::file_size(directory / "experiment.h5")) * 1e-6);
  }
  read_back(directory, "checkpoint");
  {
    const auto store = diwan::Store::open(directory, diwan::this_process(), {});
    store->append({{end->last_record() + 1, now(), diwan::BudgetSet{}}});
    apply(*end, {end->last_record() + 1, now(), diwan::BudgetSet{}});
    store->flush(60s);
    const auto begin = Clock::now();
    store->close(std::make_shared<const Experiment>(*end), names, std::nullopt);
    std::printf("checkpoint   of one record more made in %.2f s\n", seconds_since(begin));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path base = argc > 1 ? argv[1] : ".";
  struct Case {
    const char* name;
    void (*measure)(const std::filesystem::path& directory);
  };
  for (const auto& [name, measure] :
       {Case{"store_rate_steady", steady}, Case{"store_rate_flood", flood},
        Case{"store_rate_resume", resume}}) {
    const std::filesystem::path directory = base / name;
    std::filesystem::remove_all(directory);
    measure(directory);
    std::filesystem::remove_all(directory);
  }
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  std::printf("memory       %ld MB at most\n", usage.ru_maxrss / 1024);
  return 0;
}
