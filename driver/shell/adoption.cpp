// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/adoption.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "driver/launchers/supervisor/recover.hpp"
#include "driver/shell/old_world.hpp"

namespace diwan {

std::vector<Stimulus> left_behind(const RunSettings& settings, const Experiment& experiment,
                                  Progress& progress) {
  for (const std::string& line : end_old_world(settings.directory, std::chrono::seconds(15))) {
    progress.note(line);
  }
  std::vector<Stimulus> stimuli;
  for (const std::uint32_t number : experiment.live_trials()) {
    const Trial& trial = experiment.trial(number);
    for (Report& report : recover(settings, trial.name, trial.run())) {
      std::visit([&](auto& event) { stimuli.emplace_back(std::move(event)); }, report);
    }
  }
  return stimuli;
}

}  // namespace diwan
