// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/coding.hpp"

#include <algorithm>
#include <cmath>

namespace diwan::cmaes {

Coding::Coding(const SearchSpace& space) : space_(space) {
  for (std::size_t i = 0; i < space.size(); ++i) {
    const Axis& axis = space.axis(i);
    if (axis.count() == 1U) {
      continue;
    }
    if (axis.ordered()) {
      ordered_.push_back(i);
      stepped_.push_back(axis.count().has_value());
    } else {
      categorical_.push_back(i);
      choices_.push_back(static_cast<std::size_t>(*axis.count()));
    }
  }
}

std::size_t Coding::stepped_count() const {
  return static_cast<std::size_t>(std::count(stepped_.begin(), stepped_.end(), true));
}

Assignment Coding::decode(const Eigen::VectorXd& point, std::span<const std::size_t> chosen) const {
  Assignment assignment;
  assignment.values.resize(space_.size());
  for (std::size_t i = 0; i < space_.size(); ++i) {
    const Axis& axis = space_.axis(i);
    if (axis.count() == 1U) {
      assignment.values[i] = axis.value_at(0);
    }
  }
  for (std::size_t j = 0; j < ordered_.size(); ++j) {
    const Axis& axis = space_.axis(ordered_[j]);
    const double u = std::clamp(point[static_cast<Eigen::Index>(j)], 0.0, 1.0);
    assignment.values[ordered_[j]] =
        axis.value(u < 1 ? axis.lower() + u * axis.width() : axis.upper());
  }
  for (std::size_t k = 0; k < categorical_.size(); ++k) {
    assignment.values[categorical_[k]] = static_cast<double>(chosen[k]);
  }
  return assignment;
}

Eigen::VectorXd Coding::point(const Assignment& assignment) const {
  Eigen::VectorXd point(static_cast<Eigen::Index>(ordered_.size()));
  for (std::size_t j = 0; j < ordered_.size(); ++j) {
    const Axis& axis = space_.axis(ordered_[j]);
    const double value = assignment.values.at(ordered_[j]);
    double u = 0.5;
    if (!std::isnan(value) && stepped_[j]) {
      const Axis::Cell cell = axis.cell(value);
      u = ((cell.lower + cell.upper) / 2 - axis.lower()) / axis.width();
    } else if (!std::isnan(value)) {
      u = (axis.position(value) - axis.lower()) / axis.width();
    }
    point[static_cast<Eigen::Index>(j)] = std::clamp(u, 0.0, 1.0);
  }
  return point;
}

std::vector<std::size_t> Coding::chosen(const Assignment& assignment) const {
  std::vector<std::size_t> chosen;
  chosen.reserve(categorical_.size());
  for (const std::size_t i : categorical_) {
    const double value = assignment.values.at(i);
    chosen.push_back(std::isnan(value) ? 0 : static_cast<std::size_t>(value));
  }
  return chosen;
}

Coding::Borders Coding::borders(std::size_t j, double u) const {
  const Axis& axis = space_.axis(ordered_[j]);
  const double at = axis.value(axis.lower() + std::clamp(u, 0.0, 1.0) * axis.width());
  const Axis::Cell cell = axis.cell(at);
  const double lower = (cell.lower - axis.lower()) / axis.width();
  const double upper = (cell.upper - axis.lower()) / axis.width();
  if (cell.lower <= axis.lower()) {
    return {.lower = upper, .upper = upper};
  }
  if (cell.upper >= axis.upper()) {
    return {.lower = lower, .upper = lower};
  }
  return {.lower = lower, .upper = upper};
}

}  // namespace diwan::cmaes
