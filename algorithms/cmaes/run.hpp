// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include "algorithms/cmaes/categories.hpp"
#include "algorithms/cmaes/coding.hpp"
#include "algorithms/cmaes/evolution.hpp"
#include "algorithms/cmaes/margin.hpp"

namespace diwan::cmaes {

/// A draw from the distribution, before it became an assignment.
struct Sample {
  Eigen::VectorXd point;  ///< d: x of CMA-ES with margin
  std::vector<std::size_t> chosen;
};

/// All that a draw depends on.
struct Distribution {
  Eigen::VectorXd mean;
  Eigen::MatrixXd spread;  ///< sigma C^1/2
  Eigen::VectorXd scale;   ///< of the margin
  Probabilities probabilities;
};

/// A draw with its result; none when it failed.
struct Evaluated {
  Sample sample;
  std::optional<double> value;
  bool current = true;  ///< drawn from the distribution that is to be updated
};

/// When the learning rate is adapted.
enum class Adaptation { never, when_noisy, always };

/// CMA-ES from its start until it can move no further: the normal distribution of the ordered
/// parameters and the probabilities of the categoricals.
class Run {
 public:
  struct Start {
    Gaussian gaussian;            ///< d dimensions, which may be 0
    Probabilities probabilities;  ///< none: all choices alike
  };

  Run(const Coding& coding, Start start, std::size_t population, Adaptation adaptation);

  std::size_t population() const { return population_; }
  std::size_t parents() const { return rates_.parents; }
  Distribution distribution() const;
  /// Next generation.
  /// @param ranked  `population` draws, the best first, the failed last.
  void update(const Coding& coding, std::vector<Evaluated> ranked);
  /// Nothing succeeded: makes steps longer, to a third of the range at most.
  void widen();
  /// Can it move no further, or have its values been equal for long?
  bool converged() const;

 private:
  void move(const Coding& coding, const std::vector<Evaluated>& ranked);
  void note_values(const std::vector<Evaluated>& ranked);
  bool noise_shows() const;
  /// Generations whose values must be equal to be taken for converged [Hansen 2016, B.3].
  std::size_t memory() const;

  std::size_t population_;
  Rates rates_;
  Adaptation adaptation_;
  std::optional<Evolution> evolution_;  ///< none when no parameter is ordered
  Margin margin_;
  Categories categories_;
  std::deque<std::pair<double, double>> extremes_;  ///< best and worst value of each generation
  std::deque<double> medians_;                      ///< value of each of the last generations
};

}  // namespace diwan::cmaes
