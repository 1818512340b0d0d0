// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Random spaces with random histories of results that no sound program prints.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/registry.hpp"
#include "algorithms/rng.hpp"

namespace diwan {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double any_of(Draw& draw, const std::vector<double>& values) {
  return values[draw.below(values.size())];
}

Domain any_real(Draw& draw) {
  constexpr std::pair<double, double> intervals[] = {
      {-5, 5}, {0, 1e-300}, {-1e300, 1e300}, {1e-12, 1e12}, {1, 1 + 1e-15}, {-3, -3}, {0.1, 0.9}};
  const auto [low, high] = intervals[draw.below(std::size(intervals))];
  Real real{.low = low, .high = high};
  const bool log = low > 0 && draw.below(2) == 0;
  const bool normal = draw.below(4) == 0;
  real.distribution = log ? (normal ? Distribution::log_normal : Distribution::log_uniform)
                          : (normal ? Distribution::normal : Distribution::uniform);
  if (low == 0.1 && draw.below(2) == 0) {
    real.step = 0.05;
  }
  return real;
}

Domain any_domain(Draw& draw) {
  switch (draw.below(5)) {
    case 0: {
      constexpr std::int64_t far = std::int64_t{1} << 53;
      constexpr std::pair<std::int64_t, std::int64_t> intervals[] = {
          {1, 6}, {-far, far}, {1, far}, {0, 1}, {16, 256}};
      const auto [low, high] = intervals[draw.below(std::size(intervals))];
      return Integer{.low = low,
                     .high = high,
                     .step = low == 16 ? 16 : 1,
                     .distribution = low == 1 && draw.below(2) == 0 ? Distribution::log_uniform
                                                                    : Distribution::uniform};
    }
    case 1: {
      Categorical categorical;
      const std::uint64_t count = 1 + draw.below(40);
      for (std::uint64_t i = 0; i < count; ++i) {
        categorical.choices.push_back("c" + std::to_string(i));
      }
      return categorical;
    }
    case 2:
      return Discrete{.values = {1e300, -1e300, 0, 1e-300},
                      .texts = {"1e300", "-1e300", "0", "1e-300"}};
    default:
      return any_real(draw);
  }
}

SearchSpace any_space(Draw& draw) {
  std::vector<Parameter> parameters;
  const std::uint64_t count = 1 + draw.below(6);
  for (std::uint64_t d = 0; d < count; ++d) {
    parameters.push_back({"p" + std::to_string(d), any_domain(draw)});
  }
  return SearchSpace(std::move(parameters));
}

/// A way in which a history is out of the ordinary.
enum class Kind {
  ordinary,
  constant,
  ties,
  huge,
  opposite,
  tiny,
  close,
  mostly_not_finite,
  mostly_failed,
  outlier
};
constexpr std::pair<Kind, const char*> kinds[] = {{Kind::ordinary, "Ordinary"},
                                                  {Kind::constant, "Constant"},
                                                  {Kind::ties, "Ties"},
                                                  {Kind::huge, "Huge"},
                                                  {Kind::opposite, "Opposite"},
                                                  {Kind::tiny, "Tiny"},
                                                  {Kind::close, "Close"},
                                                  {Kind::mostly_not_finite, "MostlyNotFinite"},
                                                  {Kind::mostly_failed, "MostlyFailed"},
                                                  {Kind::outlier, "Outlier"}};

double value_of(Kind kind, Draw& draw, std::uint32_t trial) {
  switch (kind) {
    case Kind::constant:
      return 0.25;
    case Kind::ties:
      return any_of(draw, {0.0, 1.0});
    case Kind::huge:
      return 1e300 * (1 + draw.uniform());
    case Kind::opposite:
      return any_of(draw, {1.7e308, -1.7e308});
    case Kind::tiny:
      return 1e-310 * draw.uniform();
    case Kind::close:
      return 1 + 1e-15 * draw.uniform();
    case Kind::mostly_not_finite:
      return any_of(draw, {nan, infinity, -infinity, draw.uniform()});
    case Kind::outlier:
      return trial == 7 ? 1e300 : draw.uniform();
    default:
      return draw.normal();
  }
}

Finished end_of(Kind kind, Draw& draw, std::uint32_t trial, std::size_t objectives) {
  Finished finished{.trial = trial, .outcome = TrialOutcome::succeeded, .objectives = {}};
  if (kind == Kind::mostly_failed && draw.below(5) != 0) {
    finished.outcome =
        draw.below(2) == 0 ? TrialOutcome::failed : TrialOutcome::metrics_unavailable;
    return finished;
  }
  for (std::size_t i = 0; i < objectives; ++i) {
    finished.objectives.push_back(value_of(kind, draw, trial));
  }
  return finished;
}

struct Extreme {
  std::string algorithm;
  std::pair<Kind, const char*> kind;
};
std::ostream& operator<<(std::ostream& out, const Extreme& one) {
  return out << one.algorithm << " with results that are " << one.kind.second;
}

std::vector<Extreme> extremes() {
  std::vector<Extreme> all;
  for (const AlgorithmInfo& info : algorithms()) {
    for (const auto& kind : kinds) {
      if (info.runnable && !info.early_stopping) {
        all.push_back({info.name, kind});
      }
    }
  }
  return all;
}

class SuggesterAtExtremes : public testing::TestWithParam<Extreme> {
 protected:
  /// Forty trials, three at a time.
  static void play(const Problem& problem, Kind kind, Draw& draw) {
    const auto suggester = make_suggester(GetParam().algorithm, problem);
    std::vector<std::uint32_t> running;
    for (std::uint32_t trial = 1; trial <= 40; ++trial) {
      const Suggestions answer = suggester->ask(1);
      if (answer.items.empty()) {
        if (answer.exhausted || running.empty()) {
          return;
        }
      } else {
        const Suggestion& suggestion = answer.items.front();
        ASSERT_TRUE(problem.space.contains(suggestion.assignment)) << "trial " << trial;
        suggester->tell(Issued{.trial = trial,
                               .assignment = suggestion.assignment,
                               .labels = suggestion.labels,
                               .parent = suggestion.parent});
        running.push_back(trial);
      }
      if (running.size() == 3 || answer.items.empty()) {
        const std::uint32_t ending = running.front();
        running.erase(running.begin());
        suggester->tell(
            Reported{.trial = ending, .step = 1, .value = value_of(kind, draw, ending)});
        suggester->tell(end_of(kind, draw, ending, problem.directions.size()));
      }
      suggester->stops();
    }
  }
};

TEST_P(SuggesterAtExtremes, StaysWithinTheSpace) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draw draw(seed, 1);
    Problem problem{.space = any_space(draw), .directions = {Direction::minimize}, .seed = seed};
    if (seed % 3 == 1) {
      problem.directions = {Direction::maximize};
    } else if (seed % 3 == 2) {
      problem.directions = {Direction::minimize, Direction::maximize};
    }
    const AlgorithmInfo& info = *find_algorithm(GetParam().algorithm);
    if (!check(info, problem).empty()) {
      problem.settings = {{"r_l", "9"}};
    }
    if (check(info, problem).empty()) {
      play(problem, GetParam().kind.first, draw);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryAlgorithm, SuggesterAtExtremes, testing::ValuesIn(extremes()),
                         [](const auto& one) {
                           std::string name = one.param.algorithm + one.param.kind.second;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace diwan
