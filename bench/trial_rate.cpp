// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// How fast trials that do nothing are run, beside a bare loop of posix_spawn and waitpid on the
// same program, turn by turn in one process:
//
//   trial_rate [--trials N] [--slots N] [--rounds N] [--directory DIR]
//
// Prints one line a round and the medians: trials a second, and CPU time for each, which other work
// on the machine disturbs less.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "bench/bare_loop.hpp"
#include "driver/launchers/local.hpp"
#include "driver/launchers/supervisor/supervisor.hpp"

namespace {

using diwan::bench::Figures;
using diwan::bench::Stopwatch;

constexpr const char* program = "/bin/true";

struct Options {
  std::uint32_t trials = 1000;
  std::uint32_t slots = 0;  ///< 0: as many as CPUs
  int rounds = 5;
  std::filesystem::path directory = std::filesystem::temp_directory_path();
};

Figures launcher_loop(const std::filesystem::path& directory, std::uint32_t count,
                      std::uint32_t slots) {
  diwan::RunSettings settings;
  settings.experiment = "bench";
  settings.directory = directory;
  settings.collector.metrics = {"loss"};
  const Stopwatch watch;
  auto launcher =
      diwan::make_local_launcher(settings, slots, std::filesystem::read_symlink("/proc/self/exe"));
  std::uint32_t alive = 0;
  for (std::uint32_t started = 0, ended = 0; ended < count;) {
    std::vector<diwan::Launch> launches;
    for (; started < count && alive < launcher->capacity(); ++started, ++alive) {
      diwan::Launch& launch = launches.emplace_back();
      launch.run = {.trial = started + 1, .attempt = 1};
      launch.trial_name = "bench-" + std::to_string(started + 1);
      launch.argv = {program};
      launch.parameters = {{.name = "lr", .text = "0.1", .number = true}};
    }
    launcher->submit(launches);
    for (const diwan::Report& report : launcher->poll(std::chrono::seconds{1})) {
      if (const auto* end = std::get_if<diwan::Ended>(&report)) {
        if (end->outcome != diwan::RunOutcome::succeeded) {
          throw std::runtime_error{"a trial failed: " + end->reason};
        }
        --alive;
        ++ended;
      }
    }
  }
  launcher.reset();  // its supervisor's CPU time counts from here on
  return watch.figures(count);
}

Figures median(const std::vector<Figures>& rounds) {
  const auto of = [&](double Figures::*figure) {
    std::vector<double> values;
    std::ranges::transform(rounds, std::back_inserter(values),
                           [&](const Figures& round) { return round.*figure; });
    std::ranges::sort(values);
    return values.at(values.size() / 2);
  };
  return {of(&Figures::per_second), of(&Figures::cpu_ms)};
}

void print(const char* what, const Figures& bare, const Figures& launched) {
  std::printf("%s: bare %.0f/s %.3f ms CPU, launcher %.0f/s %.3f ms CPU, ratio of rates %.2f\n",
              what, bare.per_second, bare.cpu_ms, launched.per_second, launched.cpu_ms,
              launched.per_second / bare.per_second);
}

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name{argv[i]};
    const std::string value{argv[i + 1]};
    if (name == "--trials") {
      options.trials = static_cast<std::uint32_t>(std::stoul(value));
    } else if (name == "--slots") {
      options.slots = static_cast<std::uint32_t>(std::stoul(value));
    } else if (name == "--rounds") {
      options.rounds = std::stoi(value);
    } else if (name == "--directory") {
      options.directory = value;
    } else {
      throw std::invalid_argument{"no option " + std::string{name}};
    }
  }
  if (options.slots == 0) {
    options.slots = static_cast<std::uint32_t>(std::max(sysconf(_SC_NPROCESSORS_ONLN), 1L));
  }
  return options;
}

void measure(const Options& options) {
  std::string place = (options.directory / "diwan-trial-rate-XXXXXX").native();
  if (mkdtemp(place.data()) == nullptr) {
    throw std::runtime_error{"no directory in " + options.directory.native()};
  }
  std::vector<Figures> bare;
  std::vector<Figures> launched;
  for (int round = 0; round < options.rounds; ++round) {
    const std::filesystem::path directory = place / std::filesystem::path(std::to_string(round));
    std::filesystem::create_directory(directory);
    bare.push_back(diwan::bench::bare_loop({program}, options.trials, options.slots));
    launched.push_back(launcher_loop(directory, options.trials, options.slots));
    print(("round " + std::to_string(round + 1)).c_str(), bare.back(), launched.back());
  }
  print("median", median(bare), median(launched));
  // Not before: a file system without a journal makes new files more slowly after many deletions.
  std::filesystem::remove_all(place);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view{argv[1]} == "exec") {
    return diwan::supervisor_main(std::atoi(argv[3]));  // NOLINT(cert-err34-c): from our client
  }
  try {
    measure(read_options(argc, argv));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "trial_rate: %s\n", error.what());
    return 1;
  }
}
