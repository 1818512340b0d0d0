// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <vector>

#include "algorithms/gp/rows.hpp"

namespace diwan::gp {

struct BoxLbfgsOptions {
  std::size_t memory = 8;
  int most_steps = 50;
  double gradient_tolerance = 1e-3;  ///< greatest entry of the projected gradient
  double value_tolerance = 1e-9;     ///< relative fall that counts as one
  double first_length = 0.5;         ///< greatest entry of the first step
};

/// Limited-memory BFGS within a box, by projection: minimises a function that the caller evaluates,
/// so that many minimisations can advance side by side and be evaluated in one batch.
///
/// The inverse Hessian is that of the two-loop recursion [Nocedal & Wright 2006, alg. 7.4] over the
/// coordinates that are free (not at a bound with the gradient pointing out); steps are projected
/// on the box and shortened until they fall enough (Armijo). A value that is not finite is an
/// infinitely bad one.
class BoxLbfgs {
 public:
  BoxLbfgs(const Values& start, Values lower, Values upper, const BoxLbfgsOptions& options);

  bool done() const { return done_; }
  /// Where value and gradient are wanted next, unless done().
  const Values& trial() const { return trial_; }
  void tell(double value, const Values& gradient);

  /// The best point so far; meaningful after the first tell().
  const Values& best() const { return at_; }
  double value() const { return value_; }

 private:
  struct Pair {
    Values step;
    Values change;  ///< of the gradient
    double curvature = 0;
  };

  void accept(double value, const Values& gradient);
  void choose_direction();
  Values free_part(const Values& vector) const;
  void place_trial();

  Values lower_;
  Values upper_;
  BoxLbfgsOptions options_;
  std::vector<Pair> pairs_;  // oldest first
  Values at_;
  Values gradient_;
  Values direction_;
  Values trial_;
  Values free_;  ///< 1 for a free coordinate, else 0
  double value_ = 0;
  double length_ = 1;
  int steps_ = 0;
  int shortened_ = 0;
  bool started_ = false;
  bool done_ = false;
};

}  // namespace diwan::gp
