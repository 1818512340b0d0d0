// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <vector>

#include "algorithms/gp/process_acquisition.hpp"
#include "algorithms/gp/process_model.hpp"
#include "algorithms/gp/surrogate.hpp"

namespace diwan::gp {

/// A Gaussian process as surrogate. Up to eight pending trials are integrated over, more are
/// believed to give what the model expects.
class ProcessSurrogate : public Surrogate {
 public:
  ProcessSurrogate(std::vector<Metric> metrics, std::uint64_t seed)
      : model_(std::move(metrics)), seed_(seed) {}

  void update(std::span<const Result> results) override { model_.update(results); }
  std::vector<Candidate> candidates(const AcquisitionSearch& search, const Quest& quest) override;
  const std::vector<double>& outputs() const override { return model_.outputs(); }
  std::vector<double> inverse_squares() const override {
    return model_.hyperparameters().inverse_squares;
  }

 private:
  Rows samples(const Quest& quest) const;

  ProcessModel model_;
  std::uint64_t seed_;
};

}  // namespace diwan::gp
