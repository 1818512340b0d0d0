// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/view/words.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "driver/results/status.hpp"

namespace diwan::view {

std::string_view status_word(const Trial& trial) {
  switch (trial.status) {
    case TrialStatus::pending:
      return "waiting";
    case TrialStatus::running:
      return trial.stop == StopReason::cancelled ? "cancelling" : "running";
    case TrialStatus::succeeded:
      return "succeeded";
    case TrialStatus::failed:
      return "failed";
    case TrialStatus::early_stopped:
      return "early stop";
    case TrialStatus::metrics_unavailable:
      return "no metrics";
    case TrialStatus::killed:
      break;
  }
  return "killed";
}

Style status_style(const Trial& trial) {
  switch (trial.status) {
    case TrialStatus::running:
      return Style::accent;
    case TrialStatus::failed:
    case TrialStatus::metrics_unavailable:
      return Style::bad;
    case TrialStatus::early_stopped:
      return Style::warn;
    case TrialStatus::pending:
    case TrialStatus::killed:
      return Style::dim;
    case TrialStatus::succeeded:
      break;
  }
  return Style::plain;
}

std::string brief_duration(double seconds) {
  std::array<char, 32> text{};
  const auto whole = static_cast<long long>(std::fmin(std::fmax(seconds, 0), 1e12));
  if (whole < 60) {
    std::snprintf(text.data(), text.size(), "%llds", whole);
  } else if (whole < 3600) {
    std::snprintf(text.data(), text.size(), "%lldm", whole / 60);
  } else if (whole < 36000) {
    std::snprintf(text.data(), text.size(), "%lldh%02lld", whole / 3600, whole / 60 % 60);
  } else if (whole < 360000) {
    std::snprintf(text.data(), text.size(), "%lldh", whole / 3600);
  } else {
    std::snprintf(text.data(), text.size(), "%lldd", whole / 86400);
  }
  return text.data();
}

std::string brief_number(double value) {
  std::array<char, 32> text{};
  constexpr int widest = 9;
  for (int digits = 5; digits > 0; --digits) {
    if (std::snprintf(text.data(), text.size(), "%.*g", digits, value) <= widest) {
      break;
    }
  }
  return text.data();
}

std::string place_of(const Trial& trial) {
  std::string place = trial.host.substr(0, trial.host.find('.'));
  for (std::size_t i = 0; i < trial.gpus.size(); ++i) {
    // A UUID says nothing in so few columns.
    const std::string& gpu = trial.gpus[i];
    place += (i == 0 ? ":" : ",") + (gpu.size() > 4 ? gpu.substr(0, 4) : gpu);
  }
  return place;
}

std::optional<double> metric_of(const Experiment& experiment, const Trial& trial,
                                std::size_t metric) {
  if (metric >= trial.metrics.size() || metric >= experiment.rules().metrics.size()) {
    return std::nullopt;
  }
  return value_by(experiment.rules().metrics[metric].strategy, trial.metrics[metric]);
}

bool is_live(const Loaded& loaded) {
  const RunState state = run_state(loaded);
  return state == RunState::running || state == RunState::paused;
}

}  // namespace diwan::view
