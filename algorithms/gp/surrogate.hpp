// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "algorithms/gp/acquisition_search.hpp"
#include "algorithms/gp/result.hpp"

namespace diwan::gp {

/// What to look for.
struct Quest {
  Goal goal = Goal::expected_improvement;
  bool per_cost = false;  ///< the improvement over the cost that is to be expected
  std::span<const Pending> pending = {};
  std::span<const std::vector<double>> known = {};  ///< good points to look around, best first
  std::uint64_t index = 0;                          ///< names the random draws
};

/// A model of the objective that learns from results and says where to go on. Its state is a
/// function of the results alone, whatever was asked before.
class Surrogate {
 public:
  Surrogate() = default;
  Surrogate(const Surrogate&) = delete;
  Surrogate(Surrogate&&) = delete;
  Surrogate& operator=(const Surrogate&) = delete;
  Surrogate& operator=(Surrogate&&) = delete;
  virtual ~Surrogate() = default;

  /// Brings the model to the state that `results` give; they begin with those of the call before.
  /// @pre not empty
  virtual void update(std::span<const Result> results) = 0;
  /// Points that promise most, best first. The state is afterwards as it was.
  virtual std::vector<Candidate> candidates(const AcquisitionSearch& search,
                                            const Quest& quest) = 0;
  /// Standardised outputs of all results, small ones good.
  virtual const std::vector<double>& outputs() const = 0;
  /// Numbers of at most `most` results to look around for trial `index`, best first: those with the
  /// least outputs.
  virtual std::vector<std::size_t> promising(std::size_t most, std::uint64_t index) const;
  /// 1 / length scale^2 of each coordinate.
  virtual std::vector<double> inverse_squares() const = 0;
};

}  // namespace diwan::gp
