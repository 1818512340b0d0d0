// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "algorithms/gp/model_space.hpp"
#include "algorithms/gp/tree.hpp"
#include "algorithms/space/search_space.hpp"
#include "statistics/partition.hpp"
#include "statistics/result.hpp"

namespace diwan::statistics {

/// What results tell of an objective over its whole search space: a random forest [Breiman 2001]
/// of fully grown trees, each from a bootstrap sample of the results, and each exactly integrated.
///
/// A share of the space is a share of what the experiment's distributions would draw, so that a
/// log_uniform parameter is seen on its log scale. A conditional parameter that is inactive has no
/// effect whatever its value, and is given random values of its domain: the forest then sees that
/// the result does not depend on it there, and its importance weighs how often it applies.
///
/// Results whose value is NaN or infinite are left out and counted. The same results in another
/// order give the same landscape, bit for bit.
class Landscape {
 public:
  struct Options {
    std::size_t trees = 64;
    /// That a tree is grown from; of more, a random part. By default as many as make 20,000
    /// coordinates, between 250 and 1000, so that 10,000 results of any space take well below a
    /// second.
    std::optional<std::size_t> most_results = std::nullopt;
    std::uint64_t seed = 0;
  };

  /// O(trees * n log n * parameters), n the results of a tree.
  /// @throws std::invalid_argument for an assignment of another number of parameters.
  Landscape(const SearchSpace& space, std::span<const Result> results, const Options& options);
  Landscape(const SearchSpace& space, std::span<const Result> results)
      : Landscape(space, results, Options()) {}

  const SearchSpace& space() const { return space_.space(); }
  std::size_t used() const { return used_; }
  std::size_t left_out() const { return left_out_; }
  /// Are there no two results that differ, or no parameter that could make them?
  bool flat() const { return partitions_.empty(); }

  /// The parameters that have more than one value are its coordinates.
  const gp::ModelSpace& coordinates() const { return space_; }
  /// One a tree, in units of scale() about centre(); none where it is flat.
  std::span<const Partition> partitions() const { return partitions_; }
  double centre() const { return centre_; }
  double scale() const { return scale_; }

  /// Share of the variance of results that the trees explain which were grown without them: 1 is
  /// all, 0 no more than their mean does, less is worse. Nothing where it is flat.
  std::optional<double> explained() const { return explained_; }
  /// Root mean square of what such trees err by, in the objective's unit: the noise of one result
  /// is not more than about that, since the error of the trees comes on top. It is an average over
  /// all results; among the best, noise is often less. Nothing where it is flat.
  std::optional<double> error() const;

 private:
  /// The results that count: points and outputs in an order of their own.
  struct Data;

  void grow(const Data& data, const Options& options);

  gp::ModelSpace space_;
  std::vector<Partition> partitions_;
  std::size_t used_ = 0;
  std::size_t left_out_ = 0;
  double centre_ = 0;
  double scale_ = 1;
  std::optional<double> explained_;
};

}  // namespace diwan::statistics
