// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
//
// What the coordinator does with the files that it shares with the SPANK plugin, for spank_test.py:
//
//   spank_program offer EXPERIMENT_DIRECTORY COUNT   makes arrays/1 with so many rows, trials t1,
//   t2, … spank_program events ARRAY_DIRECTORY             a line of JSON for each event

#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "driver/launchers/slurm/array_files.hpp"
#include "driver/launchers/slurm/event_file.hpp"
#include "driver/launchers/slurm/manifest.hpp"

namespace {

using namespace diwan;
using namespace diwan::slurm;

void offer(const std::filesystem::path& directory, std::uint32_t count) {
  RunSettings settings;
  settings.experiment = "search";
  settings.directory = directory;
  std::vector<Launch> launches;
  for (std::uint32_t trial = 1; trial <= count; ++trial) {
    Launch launch;
    launch.run = {trial, 1};
    launch.trial_name = "t" + std::to_string(trial);
    launch.parameters = {{.name = "lr", .text = "0." + std::to_string(trial), .number = true},
                         {.name = "text", .text = "a 'b' \"c\" $d", .number = false}};
    launch.env = {{"FROM_TEMPLATE", "yes"}};
    launch.seed = static_cast<std::int32_t>(trial);
    launches.push_back(launch);
  }
  const std::filesystem::path array = array_directory(directory, make_array_directory(directory));
  write_manifest(array / "manifest", settings, launches);
}

void print_events(const std::filesystem::path& array) {
  for (const TaskEvent& event : EventFileReader{array / "events"}.read()) {
    const nlohmann::ordered_json line = {
        {"kind", event.kind == TaskEvent::Kind::began ? "began" : "ended"},
        {"array", event.array},
        {"task", event.task},
        {"job", event.job},
        {"trial", event.trial},
        {"status", event.wait_status},
        {"time", static_cast<double>(event.at.time_since_epoch().count()) / 1e6}};
    std::cout << line.dump() << "\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words{argv + 1, argv + argc};
  try {
    if (words.size() == 3 && words[0] == "offer") {
      offer(words[1], static_cast<std::uint32_t>(std::stoul(words[2])));
    } else if (words.size() == 2 && words[0] == "events") {
      print_events(words[1]);
    } else {
      return 2;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
