// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <optional>

#include "algorithms/rng.hpp"
#include "algorithms/space/axis.hpp"

namespace diwan {

/// How wide the kernels of a Parzen estimator are, and how much the prior weighs.
struct ParzenOptions {
  /// Least deviation: magic_clip is width / min(100, 2 + n) [Bergstra et al. 2011]; tight is
  /// width * max(0.03, 1 / (2 + n)^2) [Watanabe 2023].
  enum class Floor { magic_clip, tight };

  Floor floor = Floor::magic_clip;
  bool endpoints = true;           ///< the ends of the line are neighbours of the outermost kernels
  bool prior_is_neighbour = true;  ///< so is the centre of the prior, of the kernels beside it
  double prior_weight = 1;         ///< beside observations of weight 1
};

/// The line of a numeric parameter as its kernels see it: truncated normals between its ends, and
/// among them the prior.
class KernelLine {
 public:
  KernelLine(const Axis& axis, const ParzenOptions& options);

  double prior_centre() const { return prior_centre_; }
  double prior_deviation() const { return prior_deviation_; }
  /// Is it of finitely many values, each with a cell?
  bool cells() const { return cells_; }

  /// Least deviation beside n observations.
  double least_deviation(std::size_t n) const;
  /// The kernels beside one, where there are any.
  struct Neighbours {
    std::optional<double> left;
    std::optional<double> right;
  };
  /// Deviation of a kernel: the distance to its further neighbour, within the limits.
  double deviation(double centre, const Neighbours& neighbours, double least) const;
  /// Distribution function of a normal at the ends.
  struct Span {
    double below = 0;
    double above = 1;
    double mass() const { return above - below; }
  };
  Span span(double centre, double inverse) const;
  /// A position drawn from a truncated normal of this span.
  double sample(Draw& draw, double centre, double deviation, const Span& span) const;

 private:
  double lower_;
  double upper_;
  double prior_centre_;
  double prior_deviation_;
  bool cells_;
  ParzenOptions options_;
};

}  // namespace diwan
