// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "algorithms/gp/posterior.hpp"
#include "algorithms/gp/result.hpp"

namespace diwan::gp {

/// Gaussian process of one objective of an experiment's results, kept up to date at a cost that
/// grows with the new ones: hyperparameters are fitted at scheduled counts of results, in between
/// points are appended.
///
/// The state is a function of the results alone, whatever was asked before. Hyperparameters are
/// fitted to at most 200 of the results, and at most about 1,000 condition the posterior: the best,
/// the newest, and some of all the time between. Deviation: all results condition an exact Gaussian
/// process [Rasmussen & Williams 2006, alg. 2.1]; with a subset an ask costs no more however long
/// the experiment is.
class ProcessModel {
 public:
  explicit ProcessModel(std::vector<Metric> metrics, std::size_t objective = 0)
      : metrics_(std::move(metrics)), objective_(objective) {}

  /// Brings the model to the state that `results` give; they begin with those of the call before.
  /// @pre not empty
  void update(std::span<const Result> results);

  /// Of the results; points may be added for a while, and taken away again.
  Posterior& posterior() { return *posterior_; }
  const Hyperparameters& hyperparameters() const { return posterior_->hyperparameters(); }
  /// Standardised output that is to be improved upon: of the best result, or where the noise is not
  /// negligible the least posterior mean at a result.
  double best() const { return best_; }
  /// Standardised outputs of all results.
  const std::vector<double>& outputs() const { return outputs_; }
  /// The same without noise: where it is not negligible, posterior means at the results that
  /// condition the posterior.
  std::vector<double> estimates() const;

  /// M times the logarithms of the costs about their mean, as ProcessAcquisition takes them.
  Rows whitened_log_costs() const;

  /// The scheduled count at or before n: every count up to 32, then each a sixteenth further.
  static std::size_t scheduled(std::size_t n);

 private:
  void refit(std::span<const Result> results, std::size_t count);

  std::vector<Metric> metrics_;
  std::size_t objective_;
  std::size_t fitted_at_ = 0;
  std::size_t seen_ = 0;           ///< results in the posterior or left out of it
  std::vector<std::size_t> rows_;  ///< result of each point of the posterior
  std::vector<double> outputs_;
  std::vector<double> log_costs_;  ///< of the posterior's points
  std::optional<Posterior> posterior_;
  double best_ = 0;
};

}  // namespace diwan::gp
