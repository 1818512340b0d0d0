// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace diwan::cmaes {

/// What follows a run that can move no further.
enum class RestartStrategy {
  none,   ///< it goes on where it is
  ipop,   ///< a run of twice the population
  bipop,  ///< that, or a small and narrow one, whichever kind has used fewer trials
};

/// Candidates of a generation, whatever the restarts.
inline constexpr std::size_t largest_population = std::size_t{1} << 20;

/// Runs one after another: IPOP [Auger and Hansen 2005, A restart CMA evolution strategy with
/// increasing population size] or BIPOP [Hansen 2009, Benchmarking a bi-population CMA-ES on the
/// BBOB-2009 function testbed].
class Restarts {
 public:
  /// A run. Those after the first start at a point drawn from the cube.
  struct Plan {
    std::size_t population = 0;
    double shrink = 1;                                  ///< of the first step size
    std::optional<std::uint64_t> limit = std::nullopt;  ///< results after which it ends
    bool small = false;
  };

  Restarts(RestartStrategy strategy, std::size_t population, std::uint64_t seed);

  const Plan& plan() const { return plan_; }
  std::uint64_t runs() const { return runs_; }  ///< begun so far
  bool restarting() const { return strategy_ != RestartStrategy::none; }
  /// The plan of the run after one that used `results`.
  void restart(std::uint64_t results);

 private:
  RestartStrategy strategy_;
  std::size_t population_;  ///< of the first run
  std::uint64_t seed_;
  Plan plan_;
  std::uint64_t runs_ = 1;
  std::size_t large_ = 0;  ///< population of the last large run, none yet: 0
  std::uint64_t spent_large_ = 0;
  std::uint64_t spent_small_ = 0;
  std::uint64_t last_large_ = 0;  ///< results that the last large run used
};

}  // namespace diwan::cmaes
