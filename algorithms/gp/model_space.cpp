// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/model_space.hpp"

#include <algorithm>
#include <cmath>

namespace diwan::gp {

ModelSpace::ModelSpace(const SearchSpace& space) : space_(space) {
  for (std::size_t p = 0; p < space.size(); ++p) {
    const Axis& axis = space.axis(p);
    const std::uint64_t count = axis.count().value_or(0);
    if (count == 1) {
      continue;
    }
    parameters_.push_back(p);
    metrics_.push_back(axis.ordered() ? Metric::ordered : Metric::unordered);
    counts_.push_back(count);
    std::vector<double>& listed = listed_.emplace_back();
    for (std::uint64_t i = 0; count <= most_listed && i < count; ++i) {
      const double value = axis.value_at(i);
      listed.push_back(axis.ordered() ? axis.encode(value) : value);
    }
    std::sort(listed.begin(), listed.end());
  }
}

std::vector<double> ModelSpace::encode(const Assignment& assignment) const {
  std::vector<double> point;
  point.reserve(dimensions());
  for (std::size_t d = 0; d < dimensions(); ++d) {
    const double value = assignment.values.at(parameters_[d]);
    if (ordered(d)) {
      point.push_back(space_.axis(parameters_[d]).encode(value));
    } else {
      point.push_back(std::isnan(value) ? -1 : value);
    }
  }
  return point;
}

Assignment ModelSpace::decode(std::span<const double> point) const {
  Assignment assignment;
  assignment.values.reserve(space_.size());
  std::size_t d = 0;
  for (std::size_t p = 0; p < space_.size(); ++p) {
    const Axis& axis = space_.axis(p);
    if (d == dimensions() || parameters_[d] != p) {
      assignment.values.push_back(axis.value_at(0));
      continue;
    }
    assignment.values.push_back(ordered(d) ? axis.decode(point[d]) : std::max(point[d], 0.0));
    ++d;
  }
  return assignment;
}

std::vector<double> ModelSpace::from_unit(std::span<const double> unit) const {
  std::vector<double> point;
  point.reserve(dimensions());
  for (std::size_t d = 0; d < dimensions(); ++d) {
    if (ordered(d)) {
      point.push_back(snapped(d, unit[d]));
    } else {
      const auto count = static_cast<double>(counts_[d]);
      point.push_back(std::min(std::floor(unit[d] * count), count - 1));
    }
  }
  return point;
}

double ModelSpace::snapped(std::size_t dimension, double at) const {
  if (counts_[dimension] == 0) {
    return std::clamp(at, 0.0, 1.0);
  }
  if (!ordered(dimension)) {
    return at;
  }
  const Axis& axis = space_.axis(parameters_[dimension]);
  return axis.encode(axis.decode(at));
}

}  // namespace diwan::gp
