// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "statistics/marginal.hpp"

#include <cmath>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "tests/statistics/random_space.hpp"

namespace diwan::statistics {
namespace {

using Values = std::vector<double>;

SearchSpace mixed() {
  return SearchSpace(
      {{.name = "lr",
        .domain = Real{.low = 1e-4, .high = 1, .distribution = Distribution::log_uniform}},
       {.name = "n", .domain = Integer{.low = 1, .high = 5}},
       {.name = "c", .domain = Categorical{{"a", "b", "c"}}},
       {.name = "d", .domain = Discrete{.values = {64, 1, 8}, .texts = {"64", "1", "8"}}},
       {.name = "fixed", .domain = Integer{.low = 3, .high = 3}}});
}

// 100 + log10 lr + 2 [c = b]: with lr and c marginalised out in turn, its terms plus means.
double objective(const Values& v) { return 100 + std::log10(v[0]) + (v[2] == 1 ? 2 : 0); }

TEST(ValuesAlong, AreEvenOnTheParametersScale) {
  const SearchSpace space = mixed();

  const Values lr = values_along(space, 0, 5);

  ASSERT_EQ(lr.size(), 5U);
  for (std::size_t i = 0; i < lr.size(); ++i) {
    EXPECT_NEAR(std::log10(lr[i]), -4.0 + static_cast<double>(i), 1e-9);
  }
  EXPECT_EQ(values_along(space, 1, 48), (Values{1, 2, 3, 4, 5}));
  EXPECT_EQ(values_along(space, 1, 3), (Values{1, 3, 5}));
  EXPECT_EQ(values_along(space, 2, 48), (Values{0, 1, 2}));
  EXPECT_EQ(values_along(space, 3, 48), (Values{1, 2, 0}));  // 1, 8, 64
  EXPECT_EQ(values_along(space, 4, 48), (Values{3}));
}

TEST(Marginal, FollowsEachTermOfASum) {
  const SearchSpace space = mixed();
  const Landscape landscape(space, results_of(space, 600, 1, objective));

  const Curve lr = curve_of(landscape, 0, 9);
  const Curve choice = curve_of(landscape, 2);
  const Curve count = curve_of(landscape, 1);

  for (std::size_t i = 1; i + 1 < lr.values.size(); ++i) {
    EXPECT_NEAR(lr.mean[i], 100 + std::log10(lr.values[i]) + 2.0 / 3, 0.15);
  }
  EXPECT_NEAR(choice.mean[0], 98, 0.15);
  EXPECT_NEAR(choice.mean[1], 100, 0.15);
  EXPECT_NEAR(choice.mean[2], 98, 0.15);
  for (const double mean : count.mean) {
    EXPECT_NEAR(mean, 98 + 2.0 / 3, 0.15);
  }
  for (const double deviation : lr.deviation) {
    EXPECT_GE(deviation, 0);
    EXPECT_LT(deviation, 0.5);
  }
}

TEST(Marginal, OfTwoParametersAveragesToThatOfOne) {
  const SearchSpace space = mixed();
  const Landscape landscape(space, results_of(space, 200, 2, objective));

  const Surface surface = surface_of(landscape, 0, 2, 7);

  const Curve lr = curve_of(landscape, 0, 7);
  ASSERT_EQ(surface.first_values, lr.values);
  ASSERT_EQ(surface.second_values.size(), 3U);
  ASSERT_EQ(surface.mean.size(), 21U);
  for (std::size_t i = 0; i < lr.values.size(); ++i) {
    const double mean =
        (surface.mean[3 * i] + surface.mean[3 * i + 1] + surface.mean[3 * i + 2]) / 3;
    EXPECT_NEAR(mean, lr.mean[i], 1e-9);
  }
}

TEST(Marginal, OfASingleValueIsTheMeanOfTheSpace) {
  const SearchSpace space = mixed();
  const Landscape landscape(space, results_of(space, 300, 3, objective));

  const Curve fixed = curve_of(landscape, 4);
  const Surface with_one = surface_of(landscape, 4, 2);

  ASSERT_EQ(fixed.values, (Values{3}));
  EXPECT_NEAR(fixed.mean[0], 98 + 2.0 / 3, 0.1);
  EXPECT_EQ(with_one.mean, curve_of(landscape, 2).mean);
  EXPECT_EQ(surface_of(landscape, 2, 4).mean, with_one.mean);
}

TEST(Marginal, OfAFlatLandscapeIsItsValue) {
  const SearchSpace space = mixed();
  const Landscape landscape(space, results_of(space, 20, 4, [](const Values&) { return 2.5; }));

  EXPECT_EQ(curve_of(landscape, 1).mean, Values(5, 2.5));
  EXPECT_EQ(curve_of(landscape, 1).deviation, Values(5, 0));
  EXPECT_EQ(surface_of(landscape, 1, 2).mean, Values(15, 2.5));
}

TEST(Marginal, RefusesAParameterThatIsNotThereAndOneTwice) {
  const SearchSpace space = mixed();
  const Landscape landscape(space, {});

  EXPECT_THROW(curve_of(landscape, 5), std::out_of_range);
  EXPECT_THROW(surface_of(landscape, 0, 9), std::out_of_range);
  EXPECT_THROW(surface_of(landscape, 1, 1), std::invalid_argument);
}

}  // namespace
}  // namespace diwan::statistics
