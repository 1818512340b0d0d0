// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <vector>

#include "algorithms/gp/kernel.hpp"
#include "algorithms/rng.hpp"

namespace diwan::gp {

/// Points whose unordered coordinates are 0, 1 or 2 and whose ordered ones lie in [0,1).
inline std::vector<std::vector<double>> random_points(std::size_t count,
                                                      const std::vector<Metric>& metrics,
                                                      std::uint64_t seed) {
  Draw draw(seed, 0);
  std::vector<std::vector<double>> points;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<double>& point = points.emplace_back();
    for (const Metric metric : metrics) {
      point.push_back(metric == Metric::ordered ? draw.uniform()
                                                : static_cast<double>(draw.below(3)));
    }
  }
  return points;
}

inline Points points_of(const std::vector<std::vector<double>>& all,
                        const std::vector<Metric>& metrics) {
  Points points(metrics);
  for (const std::vector<double>& point : all) {
    points.add(point);
  }
  return points;
}

}  // namespace diwan::gp
