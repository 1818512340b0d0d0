// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "algorithms/nas/architecture.hpp"
#include "algorithms/nas/controller.hpp"
#include "algorithms/registry.hpp"
#include "algorithms/seen.hpp"
#include "algorithms/suggester.hpp"

namespace diwan::nas {

struct EnasOptions {
  ControllerOptions controller;
  double baseline_decay = 0;    ///< of the moving average of scores
  std::size_t train_steps = 0;  ///< of each generation
};

/// The options that checked settings stand for.
EnasOptions enas_options(const Settings& settings);

/// Architectures drawn by a controller that learns from the result of each [Pham et al. 2018].
///
/// A generation ends with every fourth result: then the controller takes a few steps of learning
/// from the best results so far and the last ones. A result counts by its rank among all, as a
/// normal score, so that neither the objective's scale nor an outlier matters, less a moving
/// average of the scores; a failed trial comes last. No architecture is suggested twice: one that
/// was seen is drawn again from ever more even chances.
///
/// Deviation: every trial trains its network by itself, as in Katib, not one shared network; so
/// results are few, and the learning rate, the hidden size and the biases (rollout.hpp) are made
/// for hundreds of them.
class Enas : public Suggester {
 public:
  /// @param problem  has an architecture_shape()
  Enas(const Problem& problem, const EnasOptions& options);

  void tell(const Fact& fact) override;
  Suggestions ask(std::size_t count) const override;

 private:
  struct Result {
    Architecture architecture;
    double loss = 0;  ///< infinite where it failed
  };

  void take(const Assignment& assignment, double loss);
  /// The normal score of each result by its rank, the best the largest, less the average so far.
  /// @param order  the results from the best to the worst
  std::vector<double> advantages(const std::vector<std::size_t>& order) const;
  /// Results to learn from: the last ones, and the best before them.
  std::vector<std::size_t> pool(const std::vector<std::size_t>& order) const;
  void learn();
  std::optional<Assignment> next(std::uint64_t issued, UnseenWalk::Place& place) const;

  std::uint64_t seed_;
  EnasOptions options_;
  Controller controller_;
  UnseenWalk rest_;  ///< where draws keep repeating what was seen
  std::map<std::uint32_t, Assignment> running_;
  std::vector<Result> results_;
  std::uint64_t issued_ = 0;
  std::uint64_t learnt_ = 0;  ///< steps of learning so far
  // Lent to ask() to look ahead, and given back as it was.
  mutable Seen seen_;
  mutable UnseenWalk::Place place_;
};

}  // namespace diwan::nas
