// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/forest_surrogate.hpp"

#include <algorithm>
#include <cassert>

#include "algorithms/gp/outputs.hpp"
#include "algorithms/space/elementary.hpp"

namespace diwan::gp {
namespace {

using Index = Eigen::Index;

/// What a forest takes for near, in parts of a range.
constexpr double length_scale = 0.3;

// Draws of a forest are named by the number of results, the kinds of forests side by side.
constexpr std::uint64_t kinds = 3;
constexpr std::uint64_t of_results = 0;
constexpr std::uint64_t with_pending = 1;
constexpr std::uint64_t of_costs = 2;

}  // namespace

Values ForestAcquisition::values(const Rows& points) const {
  Values result(points.rows());
  for (Index row = 0; row < points.rows(); ++row) {
    const ForestPrediction at = forest_.predict(row_of(points, row));
    result[row] = score(options_.goal, at.mean, at.variance, options_.best).value;
    if (options_.log_costs != nullptr) {
      result[row] -= options_.log_costs->predict(row_of(points, row)).mean;
    }
  }
  return result;
}

Values ForestAcquisition::values_and_gradients(const Rows& points, Rows& gradients) const {
  assert(differentiable());
  gradients = Rows::Zero(points.rows(), points.cols());
  return values(points);
}

Values ForestAcquisition::length_scales(Index dimensions) const {
  return Values::Constant(dimensions, length_scale);
}

double ForestAcquisition::cost() const { return 200 * static_cast<double>(forest_.trees()); }

void ForestSurrogate::update(std::span<const Result> results) {
  if (forest_ && outputs_.size() == results.size()) {
    return;
  }
  points_.emplace(metrics_);
  log_costs_.clear();
  std::vector<std::optional<double>> values;
  for (const Result& result : results) {
    points_->add(result.point);
    values.push_back(result.value());
    log_costs_.push_back(portable_log(result.cost));
  }
  outputs_ = standardised(values);
  forest_.emplace(kind_, *points_, outputs_, seed_, outputs_.size() * kinds + of_results);
}

std::vector<Candidate> ForestSurrogate::candidates(const AcquisitionSearch& search,
                                                   const Quest& quest) {
  const Index observed = points_->size();
  const Forest* forest = &*forest_;
  std::optional<Forest> believed;
  std::vector<double> outputs = outputs_;
  if (!quest.pending.empty()) {
    for (const Pending& one : quest.pending) {
      points_->add(one.point);
      outputs.push_back(forest_->predict(one.point).mean);
    }
    forest =
        &believed.emplace(kind_, *points_, outputs, seed_, outputs_.size() * kinds + with_pending);
    points_->shrink(observed);
  }
  std::optional<Forest> costs;
  if (quest.per_cost) {
    costs.emplace(kind_, *points_, log_costs_, seed_, outputs_.size() * kinds + of_costs);
  }
  const ForestAcquisition acquisition(*forest,
                                      {.goal = quest.goal,
                                       .best = *std::min_element(outputs.begin(), outputs.end()),
                                       .log_costs = costs ? &*costs : nullptr});
  return search.search(acquisition, quest.known, quest.index);
}

std::vector<double> ForestSurrogate::inverse_squares() const {
  return std::vector<double>(metrics_.size(), 1 / (length_scale * length_scale));
}

}  // namespace diwan::gp
