// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/beginning.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "driver/core/counted.hpp"
#include "driver/shell/as_given.hpp"

namespace diwan {
namespace {

/// The directory, which has the experiment's name in it unless it was given another one.
std::string place_text(const RunRequest& request) {
  const std::string directory = as_given(request.directory).string();
  const bool by_name = request.directory.filename() == request.spec.name + ".diwan";
  return by_name || request.spec.confirms ? directory : request.spec.name + " in " + directory;
}

/// "trials 7, 4 and 12 again".
std::string again_text(const std::vector<std::uint32_t>& trials) {
  std::string text = trials.size() == 1 ? "trial " : "trials ";
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const bool last = i + 1 == trials.size();
    text += (i == 0 ? "" : last ? " and " : ", ") + std::to_string(trials[i]);
  }
  return text + " again";
}

std::string algorithm_text(const Spec& spec) {
  return spec.algorithm.name +
         (spec.early_stopping ? " with " + spec.early_stopping->name : std::string());
}

}  // namespace

std::string beginning_text(const RunRequest& request, const Budget& budget,
                           const Launcher& launcher, const Experiment* before) {
  const Spec& spec = request.spec;
  const std::string what = spec.confirms ? "run" : "trial";
  std::string trials;
  if (before != nullptr) {
    const std::uint32_t done = before->counters().completed();
    trials = budget.max_trials
                 ? std::to_string(done) + " of " + counted(*budget.max_trials, what) + " done"
                 : counted(done, what) + " done";
  } else {
    trials = budget.max_trials ? counted(*budget.max_trials, what) : what + "s without end";
  }
  return place_text(request) + (before != nullptr ? " goes on: " : ": ") +
         (spec.confirms ? again_text(spec.confirms->trials) : algorithm_text(spec)) + ", " +
         trials + ", " + std::to_string(std::min(launcher.capacity(), budget.at_a_time())) +
         " at a time " + launcher.where();
}

}  // namespace diwan
