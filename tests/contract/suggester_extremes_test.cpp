// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Random spaces, conditions and budgets with random histories of results that no sound program
// prints.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/registry.hpp"
#include "algorithms/rng.hpp"
#include "extreme_problems.hpp"

namespace diwan {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double any_of(Draw& draw, const std::vector<double>& values) {
  return values[draw.below(values.size())];
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

/// Plays a history against a suggester and watches what it suggests.
class Play {
 public:
  Play(const std::string& algorithm, Problem problem, Kind kind, Draw& draw)
      : problem_(std::move(problem)),
        kind_(kind),
        draw_(draw),
        suggester_(make_suggester(algorithm, problem_)) {}

  /// Known results first and later on, forty trials, three at a time, and changes of the budget.
  void run() {
    for (std::uint64_t i = draw_.below(8); i > 0; --i) {
      tell_known();
    }
    for (std::uint32_t trial = 1; trial <= 40 && !testing::Test::HasFatalFailure(); ++trial) {
      const Suggestions answer = suggester_->ask(1);
      if (answer.items.empty()) {
        ASSERT_TRUE(answer.exhausted || !running_.empty()) << "waits for nothing";
        if (answer.exhausted) {
          return;
        }
      } else {
        take(trial, answer.items.front());
      }
      if (running_.size() == 3 || answer.items.empty()) {
        end_first();
      }
      if (draw_.below(16) == 0) {
        tell_known();
      } else if (draw_.below(16) == 0) {
        change_budget(trial);
      }
      suggester_->stops();
      if (trial % 16 == 0) {
        const Suggestions many = suggester_->ask(3);
        ASSERT_EQ(suggester_->ask(3), many) << "after trial " << trial;
      }
    }
  }

 private:
  void take(std::uint32_t trial, const Suggestion& suggestion) {
    const Assignment& assignment = suggestion.assignment;
    ASSERT_TRUE(problem_.space.contains(assignment)) << "trial " << trial;
    ASSERT_TRUE(problem_.conditions.complete(assignment)) << "trial " << trial;
    ASSERT_TRUE(problem_.conditions.allows(assignment)) << "trial " << trial;
    std::vector<double> values = assignment.values;
    std::replace_if(
        values.begin(), values.end(), [](double value) { return std::isnan(value); }, infinity);
    // One that goes on from another's weights may have its values.
    if (problem_.space.cardinality() && !suggestion.parent) {
      ASSERT_TRUE(points_.insert(values).second) << "trial " << trial << " is a repeat";
    }
    suggester_->tell(Issued{.trial = trial,
                            .assignment = assignment,
                            .labels = suggestion.labels,
                            .parent = suggestion.parent});
    running_.push_back(trial);
  }

  void end_first() {
    const std::uint32_t ending = running_.front();
    running_.erase(running_.begin());
    suggester_->tell(Reported{.trial = ending, .step = 1, .value = value_of(kind_, draw_, ending)});
    suggester_->tell(end_of(kind_, draw_, ending, problem_.directions.size()));
  }

  /// Of this space, or now and then of one with other parameters.
  void tell_known() {
    Finished end = end_of(kind_, draw_, 0, problem_.directions.size());
    Known known{.assignment = any_assignment(problem_, draw_),
                .outcome = end.outcome,
                .objectives = std::move(end.objectives)};
    if (draw_.below(4) == 0) {
      known.assignment.values.front() = any_of(draw_, {nan, infinity, -1e300, 0.5});
      known.assignment.values.resize(known.assignment.values.size() + draw_.below(2));
    }
    suggester_->tell(known);
  }

  void change_budget(std::uint32_t trial) {
    BudgetChanged changed{.max_trials = std::nullopt,
                          .parallel = static_cast<std::uint32_t>(1 + draw_.below(300))};
    if (const std::uint64_t more = draw_.below(3); more > 0) {
      changed.max_trials = more == 1 ? trial : std::numeric_limits<std::uint32_t>::max();
    }
    suggester_->tell(changed);
  }

  Problem problem_;
  Kind kind_;
  Draw& draw_;
  std::unique_ptr<Suggester> suggester_;
  std::vector<std::uint32_t> running_;
  std::set<std::vector<double>> points_;
};

class SuggesterAtExtremes : public testing::TestWithParam<Extreme> {};

TEST_P(SuggesterAtExtremes, StaysWithinTheSpaceAndItsConditions) {
  std::size_t played = 0;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draw draw(seed, 1);
    if (const auto problem = extreme_problem(GetParam().algorithm, draw)) {
      ++played;
      Play(GetParam().algorithm, *problem, GetParam().kind.first, draw).run();
    }
  }

  EXPECT_GE(played, 1U);
}

INSTANTIATE_TEST_SUITE_P(EveryAlgorithm, SuggesterAtExtremes, testing::ValuesIn(extremes()),
                         [](const auto& one) {
                           std::string name = one.param.algorithm + one.param.kind.second;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace diwan
