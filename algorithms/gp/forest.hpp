// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "algorithms/gp/kernel.hpp"
#include "algorithms/gp/tree.hpp"

namespace diwan::gp {

enum class ForestKind { random_forest, extra_trees, boosted };

struct ForestPrediction {
  double mean = 0;
  double variance = 0;
};

/// Regression trees that say how sure they are.
///
/// random_forest: trees on bootstrap samples, best splits [Breiman 2001]; extra_trees: on all data,
/// the best of splits at random places [Geurts et al. 2006]. Mean and variance are those of the
/// mixture of the trees' leaves [Hutter et al. 2014, Algorithm runtime prediction, sec. 4.3.2].
/// boosted: the same of ten sums of shallow trees, each by gradient boosting of the squared loss
/// [Friedman 2001] on a bootstrap sample of its own. Deviation: scikit-optimize boosts quantiles,
/// of which the outer ones meet at the data and explore nothing. A tree is grown from at most 500
/// points.
class Forest {
 public:
  /// @param index  names the random draws, with the seed
  Forest(ForestKind kind, const Points& points, std::span<const double> outputs, std::uint64_t seed,
         std::uint64_t index);

  /// With a variance of at least 1e-6.
  ForestPrediction predict(std::span<const double> point) const;
  std::size_t trees() const;

 private:
  /// Trees whose sum, above `start`, is one prediction.
  struct Boosted {
    double start = 0;
    std::vector<Tree> trees;
    double at(std::span<const double> point) const;
  };

  void bag(bool extra, const Points& points, std::span<const double> outputs, Draw& draw);
  static Boosted boost(const Points& points, std::span<const double> outputs, Draw& draw);

  std::vector<Tree> trees_;
  std::vector<Boosted> sums_;
};

}  // namespace diwan::gp
