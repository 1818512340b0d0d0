// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "algorithms/gp/forest.hpp"
#include "algorithms/gp/surrogate.hpp"

namespace diwan::gp {

/// Acquisition of a forest, which has no gradient.
class ForestAcquisition : public Acquisition {
 public:
  struct Options {
    Goal goal = Goal::expected_improvement;
    double best = 0;                    ///< the output to be improved upon
    const Forest* log_costs = nullptr;  ///< lowers the value by the logarithm of the cost
  };

  /// The forests are kept by reference.
  ForestAcquisition(const Forest& forest, const Options& options)
      : forest_(forest), options_(options) {}

  Values values(const Rows& points) const override;
  Values values_and_gradients(const Rows& points, Rows& gradients) const override;
  Values length_scales(Eigen::Index dimensions) const override;
  double cost() const override;

 private:
  const Forest& forest_;
  Options options_;
};

/// A forest as surrogate, grown anew from all results; pending trials are believed to give what the
/// forest without them expects.
class ForestSurrogate : public Surrogate {
 public:
  ForestSurrogate(ForestKind kind, std::vector<Metric> metrics, std::uint64_t seed)
      : kind_(kind), metrics_(std::move(metrics)), seed_(seed) {}

  void update(std::span<const Result> results) override;
  std::vector<Candidate> candidates(const AcquisitionSearch& search, const Quest& quest) override;
  const std::vector<double>& outputs() const override { return outputs_; }
  std::vector<double> inverse_squares() const override;

 private:
  ForestKind kind_;
  std::vector<Metric> metrics_;
  std::uint64_t seed_;
  std::optional<Points> points_;  ///< of all results
  std::vector<double> outputs_;
  std::vector<double> log_costs_;
  std::optional<Forest> forest_;
};

}  // namespace diwan::gp
