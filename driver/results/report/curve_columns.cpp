// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/curve_columns.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "driver/results/best.hpp"
#include "driver/results/report/rounded.hpp"

namespace diwan {
namespace {

constexpr std::size_t most_points = 80000;  ///< of all curves together
constexpr std::size_t most_curves = 1000;   ///< of one metric
constexpr std::size_t best_curves = 200;    ///< of these, where there are more
constexpr std::size_t least_points = 8;
constexpr std::size_t most_points_each = 200;

using Points = std::vector<CurvePoint>;
using Drawn = std::vector<std::pair<std::uint32_t, const Points*>>;

/// Those to draw, by number of their trials.
Drawn chosen(const Drawn& all, const std::vector<std::uint32_t>& ranking) {
  if (all.size() <= most_curves) {
    return all;
  }
  const std::size_t best = std::min(best_curves, ranking.size());
  const std::set<std::uint32_t> kept(ranking.begin(),
                                     ranking.begin() + static_cast<std::ptrdiff_t>(best));
  const std::size_t stride = (all.size() + most_curves - best - 1) / (most_curves - best);
  Drawn some;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % stride == 0 || kept.contains(all[i].first)) {
      some.push_back(all[i]);
    }
  }
  return some;
}

Value curve_value(std::uint32_t trial, const Points& points) {
  Value::List steps;
  Value::List values;
  for (const CurvePoint& point : points) {
    steps.push_back(point.step);
    values.push_back(five_digits(point.value));
  }
  return Value::Fields{
      {"trial", trial}, {"steps", std::move(steps)}, {"values", std::move(values)}};
}

}  // namespace

Value curves_value(const Loaded& loaded, const CurveBook& book) {
  const auto curves = book.curves();
  std::vector<Drawn> by_metric(loaded.experiment.rules().metrics.size());
  std::vector<bool> curved(by_metric.size());
  for (const auto& [key, points] : curves) {
    if (key.first < by_metric.size() && !points.empty()) {
      by_metric[key.first].emplace_back(key.second, &points);
      curved[key.first] = curved[key.first] || points.size() > 1;
    }
  }
  const std::vector<std::uint32_t> ranking = ranked_trials(loaded);
  const auto metrics = std::max<std::size_t>(
      static_cast<std::size_t>(std::count(curved.begin(), curved.end(), true)), 1);
  Value::List list;
  for (std::size_t m = 0; m < by_metric.size(); ++m) {
    if (!curved[m]) {
      continue;
    }
    const Drawn drawn = chosen(by_metric[m], ranking);
    const std::size_t most =
        std::clamp(most_points / metrics / drawn.size(), least_points, most_points_each);
    Value::List values;
    for (const auto& [trial, points] : drawn) {
      values.push_back(curve_value(trial, thinned(*points, most)));
    }
    list.push_back(Value::Fields{
        {"metric", m}, {"trials", by_metric[m].size()}, {"curves", std::move(values)}});
  }
  return list;
}

}  // namespace diwan
