// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <vector>

#include "algorithms/gp/acquisition.hpp"
#include "algorithms/gp/model_space.hpp"

namespace diwan::gp {

/// A point of a model space that may be suggested.
struct Candidate {
  std::vector<double> point;
  double value = 0;  ///< of the acquisition
};

/// Climbs from several points at once, in place: along the smooth coordinates by L-BFGS, then each
/// discrete one takes the best of its values, until nothing changes or three rounds are over. Every
/// evaluation is a batch over the points. They end where assignments are.
void climb(const ModelSpace& space, const Acquisition& acquisition,
           std::vector<Candidate>& candidates);

/// The points as rows.
Rows rows_of(const std::vector<std::vector<double>>& points);

}  // namespace diwan::gp
