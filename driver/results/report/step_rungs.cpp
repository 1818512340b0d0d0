// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/step_rungs.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "algorithms/registry.hpp"
#include "algorithms/rungs/labels.hpp"
#include "algorithms/rungs/reported_rungs.hpp"
#include "driver/results/report/rounded.hpp"

namespace diwan {
namespace {

/// At each step the value of the first report that came to it; fewer than there are steps where the
/// curve ends before.
Value::List values_at(const std::vector<double>& steps, const std::vector<CurvePoint>& points) {
  Value::List values;
  for (const double step : steps) {
    const auto there = std::find_if(points.begin(), points.end(), [step](const CurvePoint& point) {
      return static_cast<double>(point.step) >= step;
    });
    if (there == points.end()) {
      break;
    }
    values.push_back(five_digits(there->value));
  }
  return values;
}

/// Does the algorithm let this trial climb whatever its results?
bool is_scout(const Trial& trial, std::size_t levels) {
  const auto labels = rung_labels(trial.labels);
  return labels && labels->bracket + 1 >= levels;
}

}  // namespace

Value step_rungs_value(const Loaded& loaded, const CurveBook& book) {
  const AlgorithmInfo* const algorithm = find_algorithm(loaded.spec.algorithm.name);
  if (algorithm == nullptr || !algorithm->has_rungs) {
    return nullptr;
  }
  const std::vector<double> steps = reported_rungs(problem_of(loaded.spec, 0));
  if (steps.empty()) {
    return nullptr;
  }
  Value::List trials;
  for (const auto& [key, points] : book.curves()) {
    const auto& [metric, number] = key;
    if (metric != 0 || !loaded.experiment.has(number)) {
      continue;
    }
    Value::List values = values_at(steps, points);
    if (!values.empty()) {
      trials.push_back(
          Value::Fields{{"trial", number},
                        {"scout", is_scout(loaded.experiment.trial(number), steps.size())},
                        {"values", std::move(values)}});
    }
  }
  return Value::Fields{{"steps", Value::List(steps.begin(), steps.end())},
                       {"trials", std::move(trials)}};
}

}  // namespace diwan
