// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "statistics/importance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/rng.hpp"
#include "tests/statistics/random_space.hpp"

namespace diwan::statistics {
namespace {

using Values = std::vector<double>;

SearchSpace cube(std::size_t size, double low = 0, double high = 1) {
  std::vector<Parameter> parameters;
  for (std::size_t p = 0; p < size; ++p) {
    parameters.push_back({.name = std::string("x") + std::to_string(p + 1),
                          .domain = Real{.low = low, .high = high}});
  }
  return SearchSpace(parameters);
}

Importance importance_of(const SearchSpace& space, const std::vector<Result>& results) {
  return importance(Landscape(space, results));
}

Share share_of(const Importance& all, std::size_t parameter) {
  return *std::find_if(all.parameters.begin(), all.parameters.end(),
                       [&](const Share& share) { return share.parameter == parameter; });
}

PairShare pair_of(const Importance& all, std::size_t a, std::size_t b) {
  return *std::find_if(all.pairs.begin(), all.pairs.end(), [&](const PairShare& share) {
    return std::minmax(share.first, share.second) == std::minmax(a, b);
  });
}

void expect_same(const Importance& left, const Importance& right, double tolerance) {
  for (const Share& share : left.parameters) {
    EXPECT_NEAR(share.mean, share_of(right, share.parameter).mean, tolerance) << share.parameter;
    EXPECT_NEAR(share.deviation, share_of(right, share.parameter).deviation, tolerance);
  }
  for (const PairShare& share : left.pairs) {
    EXPECT_NEAR(share.mean, pair_of(right, share.first, share.second).mean, tolerance);
  }
}

double ishigami(const Values& x) {
  return std::sin(x[0]) + 7 * std::pow(std::sin(x[1]), 2) +
         0.1 * std::pow(x[2], 4) * std::sin(x[0]);
}

// 3 x1 + x2: variances 9/12 and 1/12. A forest from 1000 points smooths; hence the tolerance.
TEST(Importance, IsThatOfASum) {
  const SearchSpace space = cube(3);

  const Importance found = importance_of(
      space, results_of(space, 1000, 1, [](const Values& x) { return 3 * x[0] + x[1]; }));

  EXPECT_EQ(found.parameters.front().parameter, 0U);
  EXPECT_NEAR(share_of(found, 0).mean, 0.9, 0.02);
  EXPECT_NEAR(share_of(found, 1).mean, 0.1, 0.02);
  EXPECT_LT(share_of(found, 2).mean, 0.01);
  EXPECT_LT(found.pairs.front().mean, 0.01);
  EXPECT_GT(*found.explained, 0.95);
}

// Its Sobol indices: 0.3139, 0.4424, 0; of x1 and x3 together 0.2437 [Ishigami and Homma 1990].
// Trees from 1000 places follow the two periods along x2 coarsely; so do those of the reference.
TEST(Importance, IsThatOfIshigamisFunction) {
  const SearchSpace space = cube(3, -std::numbers::pi, std::numbers::pi);

  const Importance found = importance_of(space, results_of(space, 1000, 2, ishigami));

  EXPECT_NEAR(share_of(found, 0).mean, 0.3139, 0.06);
  EXPECT_NEAR(share_of(found, 1).mean, 0.4424, 0.15);
  EXPECT_LT(share_of(found, 2).mean, 0.04);
  EXPECT_NEAR(pair_of(found, 0, 2).mean, 0.2437, 0.08);
  EXPECT_EQ(std::minmax(found.pairs.front().first, found.pairs.front().second),
            std::minmax(std::size_t{0}, std::size_t{2}));
}

// (x1 - 1/2)(x2 - 1/2): neither makes anything by itself.
TEST(Importance, OfAProductIsThePairs) {
  const SearchSpace space = cube(3);

  const Importance found = importance_of(space, results_of(space, 1000, 3, [](const Values& x) {
                                           return (x[0] - 0.5) * (x[1] - 0.5);
                                         }));

  EXPECT_GT(pair_of(found, 0, 1).mean, 0.7);
  EXPECT_LT(share_of(found, 0).mean, 0.05);
  EXPECT_LT(share_of(found, 1).mean, 0.05);
  EXPECT_LT(pair_of(found, 0, 2).mean, 0.05);
}

// |log10 x| over 1e-4 to 1 beside y: on its own scale x makes all but y's share, 16 against 1.
TEST(Importance, SeesALogarithmicParameterOnItsScale) {
  const SearchSpace space(
      {{.name = "x",
        .domain = Real{.low = 1e-4, .high = 1, .distribution = Distribution::log_uniform}},
       {.name = "y", .domain = Real{}}});

  const Importance found = importance_of(
      space, results_of(space, 500, 4, [](const Values& v) { return std::log10(v[0]) + v[1]; }));

  EXPECT_NEAR(share_of(found, 0).mean, 16.0 / 17, 0.02);
  EXPECT_NEAR(share_of(found, 1).mean, 1.0 / 17, 0.02);
}

// One category of four is better by 4, its conditional parameter adds x: 4^2 * 3/16 = 3 of the
// category and 1/12 * 1/16 of x alone, together x [c = a] has variance 1/3 * 1/4 - 1/64.
TEST(Importance, WeighsAConditionalParameterByHowOftenItApplies) {
  const SearchSpace space({{.name = "c", .domain = Categorical{{"a", "b", "c", "d"}}},
                           {.name = "x", .domain = Real{.low = 0, .high = 6}}});
  std::vector<Result> results =
      results_of(space, 1000, 5, [](const Values& v) { return v[0] == 0 ? 4 + v[1] : 0; });
  for (Result& result : results) {
    double& x = result.assignment.values[1];
    x = result.assignment.values[0] == 0 ? x : Assignment::inactive;
  }

  const Importance found = importance_of(space, results);

  // F = [c = a] (4 + x), E over x 7 and over c (4 + x) / 4.
  const double whole = (49 + 3) / 4.0 - 49 / 16.0;
  EXPECT_NEAR(share_of(found, 0).mean, 49 * 3 / 16.0 / whole, 0.02);
  EXPECT_NEAR(share_of(found, 1).mean, 3 / 16.0 / whole, 0.02);
  EXPECT_NEAR(pair_of(found, 0, 1).mean, 3 * 3 / 16.0 / whole, 0.02);
}

TEST(Importance, IsTheSameInWhateverOrderTrialsCame) {
  const SearchSpace space = cube(3, -3, 3);
  std::vector<Result> results = results_of(space, 200, 6, ishigami);
  results[3].assignment.values[2] = Assignment::inactive;
  results[8].assignment.values[2] = Assignment::inactive;
  const Importance before = importance_of(space, results);

  std::reverse(results.begin(), results.end());
  std::swap(results[10], results[90]);

  expect_same(before, importance_of(space, results), 0);
}

// Where the factor is no power of two, equally good splits may change places by rounding.
TEST(Importance, DoesNotDependOnTheUnitOfTheObjective) {
  const SearchSpace space = cube(3, -3, 3);
  const std::vector<Result> results = results_of(space, 200, 7, ishigami);
  const Importance before = importance_of(space, results);

  for (const double factor : {-0.25, 1e-200, 1e300, 3.7}) {
    std::vector<Result> scaled = results;
    for (Result& result : scaled) {
      result.value *= factor;
    }
    expect_same(before, importance_of(space, scaled), factor == -0.25 ? 0 : 1e-2);
  }
}

TEST(Importance, ChangesLittleWhenEveryTrialStandsTwice) {
  const SearchSpace space = cube(3, -3, 3);
  std::vector<Result> results = results_of(space, 300, 8, ishigami);
  const Importance before = importance_of(space, results);

  const std::vector<Result> once = results;
  results.insert(results.end(), once.begin(), once.end());

  const Importance after = importance_of(space, results);
  for (const Share& share : before.parameters) {
    EXPECT_NEAR(share.mean, share_of(after, share.parameter).mean, 0.05);
  }
}

TEST(Importance, LeavesOutWhatIsNoFiniteNumberAndCountsIt) {
  const SearchSpace space = cube(2);
  std::vector<Result> results = results_of(space, 60, 9, [](const Values& x) { return x[0]; });
  const Importance before = importance_of(space, results);
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity(),
                           -std::numeric_limits<double>::infinity()}) {
    results.push_back({.assignment = {{0.1, 0.1}}, .value = bad});
  }

  const Importance found = importance_of(space, results);

  EXPECT_EQ(found.used, 60U);
  EXPECT_EQ(found.left_out, 3U);
  expect_same(before, found, 0);
  EXPECT_EQ(left_out_note(found), "3 trials without a finite result are left out");
  EXPECT_EQ(left_out_note(before), "");
  EXPECT_EQ(cautions(found), std::vector<std::string>());  // failures are usual
}

TEST(Importance, IsNoneWhereNothingDiffers) {
  const SearchSpace space = cube(2);
  const auto constant = results_of(space, 50, 10, [](const Values&) { return 7.25; });
  const std::vector<std::vector<Result>> cases = {
      {},
      {constant.front()},
      constant,
      {{.assignment = {{0.5, 0.5}}, .value = 1}, {.assignment = {{0.5, 0.5}}, .value = 2}}};
  for (const std::vector<Result>& results : cases) {
    const Importance found = importance_of(space, results);

    EXPECT_TRUE(found.flat);
    EXPECT_EQ(found.used, results.size());
    ASSERT_EQ(found.parameters.size(), 2U);
    EXPECT_EQ(found.parameters[0].mean, 0);
    EXPECT_TRUE(found.pairs.empty());
    EXPECT_FALSE(found.explained);
    EXPECT_EQ(cautions(found).size(), 1U);
  }
  EXPECT_TRUE(importance(Landscape(SearchSpace(), {})).parameters.empty());
}

TEST(Importance, OfOneParameterIsAll) {
  const SearchSpace space(
      {{.name = "x", .domain = Real{}}, {.name = "fixed", .domain = Categorical{{"only"}}}});

  const Importance found =
      importance_of(space, results_of(space, 40, 11, [](const Values& x) { return x[0] * x[0]; }));

  EXPECT_NEAR(share_of(found, 0).mean, 1, 1e-9);
  EXPECT_EQ(share_of(found, 1).mean, 0);
  EXPECT_TRUE(found.pairs.empty());
}

TEST(Importance, WarnsOfFewTrialsAndOfNoise) {
  const SearchSpace space = cube(2);
  const auto few = results_of(space, 29, 12, [](const Values& x) { return x[0]; });
  const auto enough = results_of(space, 60, 12, [](const Values& x) { return x[0]; });
  Draw noise(13, 1);
  const auto random = results_of(space, 60, 13, [&](const Values&) { return noise.normal(); });

  EXPECT_EQ(cautions(importance_of(space, few)),
            std::vector<std::string>{
                "only 29 results: below 30 importances are little more than guesses"});
  EXPECT_TRUE(cautions(importance_of(space, enough)).empty());
  ASSERT_EQ(cautions(importance_of(space, random)).size(), 1U);
  EXPECT_NE(cautions(importance_of(space, random)).front().find("the forest explains only"),
            std::string::npos);
}

// A step that trees find at once, and noise of deviation 2: trees that follow noise err by more,
// but by less than twice as much.
TEST(Landscape, BoundsTheNoise) {
  const SearchSpace space = cube(2);
  Draw noise(14, 1);
  const Landscape landscape(space, results_of(space, 400, 14, [&](const Values& x) {
                              return (x[0] > 0.5 ? 30 : 0) + 2 * noise.normal();
                            }));

  ASSERT_TRUE(landscape.error());
  EXPECT_GT(*landscape.error(), 2);
  EXPECT_LT(*landscape.error(), 4);
  EXPECT_FALSE(Landscape(space, {}).error());
}

TEST(Importance, RefusesAnAssignmentOfAnotherSpace) {
  const SearchSpace space = cube(2);
  const std::vector<Result> results = {{.assignment = {{0.5}}, .value = 1}};

  EXPECT_THROW(Landscape(space, results), std::invalid_argument);
}

TEST(Importance, KeepsItsBoundsInAnySpace) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draw draw(seed, 3);
    const SearchSpace space = random_space(1 + draw.below(6), draw);
    const auto results = results_of(space, 1 + draw.below(80), seed, [&](const Values& x) {
      return (x[0] > 2 ? 1 : 0) + draw.normal();
    });
    std::vector<Result> some = results;
    for (Result& result : some) {
      double& last = result.assignment.values.back();
      last = draw.below(3) == 0 ? Assignment::inactive : last;
    }

    const Importance found = importance(
        Landscape(space, some, {.trees = 16, .most_results = 1 + draw.below(100), .seed = seed}));

    double sum = 0;
    for (const Share& share : found.parameters) {
      EXPECT_GE(share.mean, 0);
      EXPECT_GE(share.deviation, 0);
      sum += share.mean;
    }
    for (const PairShare& share : found.pairs) {
      EXPECT_GE(share.mean, 0);
      sum += share.mean;
    }
    EXPECT_LE(sum, 1 + 1e-9);
    EXPECT_EQ(found.parameters.size(), space.size());
  }
}

}  // namespace
}  // namespace diwan::statistics
