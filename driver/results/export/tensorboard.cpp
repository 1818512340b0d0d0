// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <chrono>
#include <cmath>

#include "collectors/tfevents/event_writer.hpp"
#include "driver/results/export/export.hpp"
#include "driver/results/export/names.hpp"
#include "driver/results/export/place.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

double unix_seconds(Time time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

std::string file_name(double time) {
  return "events.out.tfevents." + std::to_string(std::llround(time)) + ".diwan";
}

/// As what TensorBoard shows it: texts for categories, numbers for the rest.
HParam hparam_of(const SearchSpace& space, std::size_t parameter, double value) {
  const Domain& domain = space.parameters()[parameter].domain;
  if (std::holds_alternative<Categorical>(domain)) {
    return space.text(parameter, value);
  }
  const auto* discrete = std::get_if<Discrete>(&domain);
  return discrete == nullptr ? value : discrete->values.at(static_cast<std::size_t>(value));
}

HParamsLayout::Parameter layout_of(const Parameter& parameter) {
  HParamsLayout::Parameter layout{.name = parameter.name, .values = {}};
  if (const auto* real = std::get_if<Real>(&parameter.domain)) {
    layout.interval = {real->low, real->high};
  } else if (const auto* integer = std::get_if<Integer>(&parameter.domain)) {
    layout.interval = {static_cast<double>(integer->low), static_cast<double>(integer->high)};
  } else if (const auto* discrete = std::get_if<Discrete>(&parameter.domain)) {
    layout.values.assign(discrete->values.begin(), discrete->values.end());
  } else {
    const auto& choices = std::get<Categorical>(parameter.domain).choices;
    layout.values.assign(choices.begin(), choices.end());
  }
  return layout;
}

std::string layout_file(const Loaded& loaded, double begin) {
  HParamsLayout layout{.name = loaded.spec.name, .created = begin, .parameters = {}, .metrics = {}};
  for (const Parameter& parameter : loaded.spec.space.parameters()) {
    layout.parameters.push_back(layout_of(parameter));
  }
  for (const MetricRule& rule : loaded.experiment.rules().metrics) {
    layout.metrics.push_back(rule.name);
  }
  EventWriter writer(begin);
  writer.layout(layout);
  return writer.take();
}

/// TensorBoard takes a step that is not above the one before for a new beginning, and forgets what
/// came before.
std::vector<Reading> by_step(std::vector<Reading> curve) {
  std::ranges::stable_sort(curve, {}, &Reading::step);
  return curve;
}

std::string trial_file(const Loaded& loaded, const Trial& trial,
                       const std::vector<Reading>& curve) {
  const SearchSpace& space = loaded.spec.space;
  std::vector<std::pair<std::string, HParam>> hparams;
  for (std::size_t p = 0; p < space.size(); ++p) {
    const double value = trial.assignment.values.at(p);
    if (!std::isnan(value)) {
      hparams.emplace_back(space.parameters()[p].name, hparam_of(space, p, value));
    }
  }
  EventWriter writer(unix_seconds(*trial.start));
  writer.session_start(hparams, unix_seconds(*trial.start));
  for (const Reading& reading : by_step(curve)) {
    if (reading.text.empty()) {
      writer.scalar(metric_of(loaded, reading), reading.step, reading.value,
                    unix_seconds(reading.time));
    }
  }
  if (trial.end) {
    const bool good =
        trial.status == TrialStatus::succeeded || trial.status == TrialStatus::early_stopped;
    writer.session_end(good, unix_seconds(*trial.end));
  }
  return writer.take();
}

}  // namespace

std::size_t write_tensorboard(const Loaded& loaded, const Curves& curves, ExportFolder& folder) {
  const double begin = unix_seconds(loaded.experiment.start_time().value_or(loaded.last_time));
  folder.write(file_name(begin), layout_file(loaded, begin));
  FileNames names;
  std::size_t runs = 0;
  for (const Trial& trial : loaded.experiment.trials()) {
    if (trial.start) {
      const auto found = curves.find(trial.number);
      folder.write(fs::path(names.of(trial.name)) / file_name(unix_seconds(*trial.start)),
                   trial_file(loaded, trial,
                              found == curves.end() ? std::vector<Reading>{} : found->second));
      ++runs;
    }
  }
  return runs;
}

}  // namespace diwan
