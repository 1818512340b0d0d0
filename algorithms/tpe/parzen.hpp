// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include "algorithms/rng.hpp"
#include "algorithms/space/axis.hpp"
#include "algorithms/tpe/kernel_line.hpp"

namespace diwan {

/// Density of a numeric parameter: a mixture of one truncated normal for each observation and one
/// for the prior, on the line of its axis.
///
/// The deviation of a kernel is the distance to its further neighbour. Everything follows from the
/// set of observations alone, so that adding and removing in any order gives the same bits as long
/// as weights are whole numbers.
class NumericParzen {
 public:
  NumericParzen(const Axis& axis, const ParzenOptions& options);

  /// O(n) moves of memory, and new deviations for the neighbours only.
  void insert(double position, double weight = 1);
  /// As insert() of each, into an empty estimator, in one pass.
  struct Observation {
    double position = 0;
    double weight = 1;
    bool operator<(const Observation& other) const {
      return std::tie(position, weight) < std::tie(other.position, other.weight);
    }
  };
  void fill(std::vector<Observation> observations);
  /// Takes one observation out that was inserted with these numbers.
  void erase(double position, double weight = 1);
  /// Weight of the prior where it is not options.prior_weight.
  void weigh_prior(double weight) { prior_weight_ = weight; }
  std::size_t size() const { return centre_.size(); }

  /// Logarithm of the density at a position, for an axis of infinitely many values.
  double log_density(double position) const;
  /// Logarithm of the mass of a cell, for an axis of finitely many values.
  double log_mass(const Axis::Cell& cell) const;
  /// A position drawn from the mixture.
  double sample(Draw& draw) const;

 private:
  double deviation(std::size_t i) const;
  double scale(double centre, double inverse, double weight) const;
  void refresh(std::size_t first, std::size_t last);
  void clip();

  KernelLine line_;
  double prior_weight_;
  double prior_scale_;  ///< of a prior of weight 1, as scale_
  double least_ = 0;
  double weights_ = 0;  ///< of all observations; exact, so in any order, for whole weights

  // Sorted by centre, then weight.
  std::vector<double> centre_;
  std::vector<double> weight_;
  std::vector<double> inverse_;  ///< 1 / deviation
  std::vector<double> scale_;    ///< weight over the mass between the ends, for densities over the
                                 ///< deviation and sqrt(2 pi) too

  struct Merged {
    std::vector<double> centre;
    std::vector<double> inverse;
    std::vector<double> scale;
  };
  const Merged& merged() const;
  mutable Merged merged_;  ///< equal kernels together
  mutable bool merged_is_old_ = true;
};

/// Density of a categorical parameter: kernel i gives its own choice one part and every choice
/// prior_weight / (n + 1) parts.
class CategoricalParzen {
 public:
  CategoricalParzen(std::size_t choices, const ParzenOptions& options);

  void insert(double choice, double weight = 1);
  void erase(double choice, double weight = 1);
  void weigh_prior(double weight) { prior_weight_ = weight; }

  double log_mass(double choice) const;
  double sample(Draw& draw) const;

 private:
  double mass(std::size_t choice) const;

  double smoothing_;
  double prior_weight_;
  std::size_t size_ = 0;
  double weights_ = 0;
  std::vector<double> weight_of_;
};

}  // namespace diwan
