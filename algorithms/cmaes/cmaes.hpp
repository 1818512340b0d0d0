// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "algorithms/cmaes/orthogonal.hpp"
#include "algorithms/cmaes/restarts.hpp"
#include "algorithms/cmaes/run.hpp"
#include "algorithms/registry.hpp"
#include "algorithms/seen.hpp"
#include "algorithms/suggester.hpp"

namespace diwan {

struct CmaesOptions {
  cmaes::RestartStrategy restart = cmaes::RestartStrategy::bipop;
  double sigma = 1.0 / 6;  ///< first step size as a share of each range
  std::optional<std::size_t> population = std::nullopt;  ///< at least 4
  cmaes::Adaptation adaptation = cmaes::Adaptation::when_noisy;
};

/// The options that checked settings stand for.
CmaesOptions cmaes_options(const Settings& settings);

/// CMA-ES [Hansen 2016] for a space of numbers and categoricals: integers, steps and discretes by
/// CMA-ES with margin, categoricals by CatCMA, restarts, a warm start from known results.
///
/// Deviations: the candidates of a generation stand at right angles to each other (Levy in ten
/// dimensions after 200 trials, median of 60 seeds: 0.94; drawn alone 1.24). What leaves the box is
/// put onto its bound, and learnt from there; drawing it again keeps the mean out of corners (a sum
/// of squares in eight dimensions with its optimum, 0.35, in one, after 100 trials: 0.46; drawn
/// again up to 30 times 0.81). What a constraint refuses is drawn again.
///
/// Never waits: candidate i of generation g is drawn from (seed, g, i), and there are as many as
/// are asked for; the first of all is the mean. A generation ends with as many results as its
/// population, whichever of its or the last generations' candidates they are of; failed ones come
/// last. Injected are the two best results of the last generations, and where it beats all others
/// the best of those that came later still or are of assignments that were not its own.
///
/// What each is worth: mean normalised score over the ten tasks of bench/search after 30, 60 and
/// 100 trials, 16 at a time, 100 seeds. Results of two generations and a candidate for each trial
/// at a time: -1.07, 0.14, 0.49. The same population whatever runs at a time: -0.92, 0.24, 0.53.
/// Results of the last generations: -0.66, 0.30, 0.58. The best injected: -0.79, 0.46, 0.74.
/// Populations small enough for 25 generations: -0.37, 0.53, 0.76. The mean first: -0.32, 0.56,
/// 0.80; one at a time, all of it: 0.02, 0.67, 0.84 (none: -0.46, 0.51, 0.66).
class Cmaes : public Suggester {
 public:
  Cmaes(const Problem& problem, const CmaesOptions& options);

  void tell(const Fact& fact) override;
  Suggestions ask(std::size_t count) const override;

 private:
  /// A distribution and how many of its candidates were issued.
  struct Generation {
    std::uint64_t number = 0;  ///< counted through all runs
    cmaes::Distribution distribution;
    cmaes::OrthogonalNormals normals;
    std::uint64_t issued = 0;
  };
  struct Candidate {
    cmaes::Sample sample;
    Assignment assignment;
  };
  /// A trial that has no result yet.
  struct Running {
    cmaes::Sample sample;
    std::optional<std::uint64_t> generation;  ///< none: the assignment is not of our own drawing
  };
  struct Result {
    std::uint64_t trial = 0;
    std::uint64_t generation = 0;  ///< that it was drawn from
    cmaes::Sample sample;
    TrialOutcome outcome = TrialOutcome::failed;
    std::optional<double> value = std::nullopt;
    bool operator<(const Result& other) const;  ///< better
  };

  void issue(const Issued& issued);
  void finish(const Finished& finished);
  void learn(const Known& known);
  void change_budget(const BudgetChanged& budget);
  void offer(Result result);
  bool generation_complete() const;
  void end_generation();
  /// Is it one of the last generations?
  bool remembered(std::uint64_t generation) const;
  void remember(std::vector<Result> results);
  void start_generation();
  void restart();

  void begin() const;
  std::size_t population() const;
  cmaes::Sample sample_of(const Assignment& assignment) const;
  std::optional<Candidate> candidate(const Generation& generation, std::uint64_t index,
                                     UnseenWalk::Place& place) const;
  /// What becomes of coordinates outside the box: its bound, so that corners are reached, or as far
  /// inside.
  enum class Bounds { clip, mirror };
  Candidate drawn(const Generation& generation, const Eigen::VectorXd& z, Draw& draw,
                  Bounds bounds) const;
  bool walks() const;
  /// Was it issued or known before, or does a constraint refuse it?
  bool refused(const Assignment& assignment) const;
  /// Is it new?
  bool mark(const Assignment& assignment) const;
  void unmark(const Assignment& assignment) const;

  SearchSpace space_;
  CmaesOptions options_;
  std::uint64_t seed_;
  std::optional<std::uint32_t> max_trials_;
  cmaes::Coding coding_;
  UnseenWalk walk_;

  std::uint64_t issued_ = 0;
  std::uint64_t results_ = 0;       ///< of the present run
  std::uint64_t first_of_run_ = 0;  ///< number of the run's first generation
  std::unordered_map<std::uint32_t, Running> running_;
  std::vector<Result> pool_;     ///< of the present generation
  std::vector<Result> memory_;   ///< what the last generations of the run learnt from
  std::vector<Result> known_;    ///< before the first trial
  std::optional<Result> stray_;  ///< best of the results that are not in the pool

  // Made when first needed, from what was told before the first trial.
  mutable std::optional<cmaes::Restarts> restarts_;
  mutable std::optional<cmaes::Run> run_;
  mutable Generation current_;
  std::optional<Generation> previous_;

  // Lent to ask() to look ahead, and given back as they were.
  mutable Seen seen_;
  mutable std::set<std::vector<double>> points_;  ///< issued, of an infinite space
  mutable UnseenWalk::Place place_;
  mutable std::deque<Candidate> ahead_;  ///< the next of current_
};

}  // namespace diwan
