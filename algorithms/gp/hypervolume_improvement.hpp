// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "algorithms/box_decomposition.hpp"
#include "algorithms/gp/acquisition.hpp"

namespace diwan::gp {

/// ln of the expected hypervolume improvement of a normal prediction, with derivatives.
///
/// What y adds is the volume of the part of each box that lies above y, and as the objectives are
/// predicted independently its expectation is a product [Emmerich et al. 2006; Yang et al. 2019]:
///   E = sum over boxes of prod_j (e_j(upper_j) - e_j(lower_j)),  e_j(t) = E max(t - y_j, 0)
/// for any number of objectives. Computed from ln e_j, so that it has a slope however far away the
/// improvement is [Ament et al. 2023]. Deviation from Daulton et al. [2020] and Ament et al.: the
/// closed form in place of Monte Carlo samples, as candidates are judged one at a time.
class HypervolumeImprovement {
 public:
  /// @param boxes  at least one; one of them without any lower bound, or the result is rough where
  ///     improvements are tiny
  explicit HypervolumeImprovement(std::span<const Box> boxes);

  struct Value {
    double value = 0;
    std::vector<double> by_mean;      ///< one an objective
    std::vector<double> by_variance;  ///< one an objective
  };
  Value operator()(std::span<const double> means, std::span<const double> variances) const;

  std::size_t objectives() const { return thresholds_.size(); }
  /// Operations of a call, about.
  double cost() const;

 private:
  /// Numbers of thresholds; absent: minus infinity.
  struct Side {
    std::size_t lower = absent;
    std::size_t upper = 0;
  };
  static constexpr std::size_t absent = static_cast<std::size_t>(-1);
  /// ln e of one objective at its thresholds: bounds of all, and the exact ones that are needed.
  class Scores {
   public:
    Scores(double mean, double variance, const std::vector<double>& thresholds);
    double bound(std::size_t threshold) const { return bounds_[threshold]; }
    const Score& at(std::size_t threshold);

   private:
    double mean_;
    double variance_;
    std::span<const double> thresholds_;
    std::vector<double> bounds_;
    std::vector<std::optional<Score>> exact_;
  };
  struct Term {
    std::size_t box = 0;
    double value = 0;
  };

  /// ln of a box's product.
  double term(std::size_t box, std::vector<Scores>& scores) const;
  /// Those that are not negligible.
  std::vector<Term> terms(std::vector<Scores>& scores) const;

  std::vector<std::vector<double>> thresholds_;  ///< of each objective, ascending
  std::vector<Side> sides_;                      ///< box by box, one an objective
};

}  // namespace diwan::gp
