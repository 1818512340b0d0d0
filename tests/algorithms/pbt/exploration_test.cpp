// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/pbt/exploration.hpp"

#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace diwan {
namespace {

double up(const Domain& domain, double value) {
  return stepped({"p", domain}, Axis(domain), value, true);
}
double down(const Domain& domain, double value) {
  return stepped({"p", domain}, Axis(domain), value, false);
}

/// Where values of one parameter go in many explorations without a new draw.
std::set<double> reached(const Domain& domain, double value) {
  const Exploration exploration(SearchSpace({{"p", domain}, {"other", Real{}}}), {}, 0);
  std::set<double> values;
  for (std::uint64_t seed = 0; seed < 64; ++seed) {
    Draw draw(seed, 1);
    values.insert(
        exploration.near({{value, 0.5}}, draw, [](const auto&) { return false; }).values[0]);
  }
  return values;
}

TEST(Exploration, MovesANumberByAFifthOfItself) {
  const Real linear{.low = 0, .high = 10};
  const Real log{.low = 1e-5, .high = 1, .distribution = Distribution::log_uniform};

  EXPECT_DOUBLE_EQ(up(linear, 5), 6);
  EXPECT_DOUBLE_EQ(down(linear, 5), 4);
  EXPECT_NEAR(up(log, 0.01), 0.012, 1e-12);
  EXPECT_NEAR(down(log, 0.01), 0.008, 1e-12);
  EXPECT_DOUBLE_EQ(up({Real{.low = -10, .high = 10}}, -5), -4);
  EXPECT_DOUBLE_EQ(down({Real{.low = -10, .high = 10}}, -5), -6);
}

TEST(Exploration, LeavesZero) {
  EXPECT_DOUBLE_EQ(up({Real{.low = -5, .high = 5}}, 0), 0.2);
  EXPECT_DOUBLE_EQ(down({Real{.low = -5, .high = 5}}, 0), -0.2);
  EXPECT_EQ(up({Integer{.low = 0, .high = 9}}, 0), 1);
}

TEST(Exploration, StopsAtTheEndsAndTurnsRoundThere) {
  const Real real{.low = 1, .high = 2};

  EXPECT_EQ(up(real, 1.9), 2);
  EXPECT_EQ(down(real, 1.1), 1);
  EXPECT_DOUBLE_EQ(up(real, 2), 1.6);
  EXPECT_DOUBLE_EQ(down(real, 1), 1.2);
  EXPECT_EQ(up({Integer{.low = 1, .high = 4}}, 4), 3);
  EXPECT_EQ(down({Discrete{.values = {8, 2, 4}, .texts = {"8", "2", "4"}}}, 1), 2);
}

TEST(Exploration, MovesIntegersByOneStepAtLeastAndStaysOnTheirGrid) {
  const Integer wide{.low = 0, .high = 100, .step = 5};

  EXPECT_EQ(up({Integer{.low = 1, .high = 9}}, 1), 2);
  EXPECT_EQ(down({Integer{.low = 1, .high = 9}}, 2), 1);
  EXPECT_EQ(up(wide, 5), 10);
  EXPECT_EQ(up(wide, 50), 60);
  EXPECT_EQ(down(wide, 50), 40);
  EXPECT_EQ(up({Integer{.low = 1, .high = 9, .distribution = Distribution::log_uniform}}, 1), 2);
}

TEST(Exploration, KeepsTheStepsOfDoubles) {
  const Real grid{.low = 0.0001, .high = 0.02, .step = 0.0001};

  EXPECT_EQ(up(grid, 0.01), 0.012);
  EXPECT_EQ(down(grid, 0.0002), 0.0001);
  EXPECT_EQ(up({Real{.low = 0.1, .high = 0.5, .step = 0.2}}, 0.1), 0.3);
}

TEST(Exploration, GoesToTheNeighboursOfADiscreteByValue) {
  const Discrete batch{.values = {128, 32, 64}, .texts = {"128", "32", "64"}};

  EXPECT_EQ(up(batch, 1), 2) << "32 to 64";
  EXPECT_EQ(up(batch, 2), 0) << "64 to 128";
  EXPECT_EQ(down(batch, 0), 2);
}

TEST(Exploration, HasNowhereToGoWithASingleValue) {
  EXPECT_EQ(up({Real{.low = 3, .high = 3}}, 3), 3);
  EXPECT_EQ(up({Integer{.low = 7, .high = 7}}, 7), 7);
  EXPECT_EQ(down({Discrete{.values = {7}, .texts = {"7"}}}, 0), 0);
}

TEST(Exploration, LeavesAChoiceOrTakesANeighbour) {
  const Categorical choice{{"a", "b", "c", "d", "e"}};

  EXPECT_EQ(reached(choice, 2), (std::set<double>{1, 2, 3}));
  EXPECT_EQ(reached(choice, 0), (std::set<double>{0, 1}));
}

TEST(Exploration, DrawsAnewWithItsChance) {
  const Exploration exploration(SearchSpace({{"x", Real{.low = 0, .high = 1}}}), {}, 0.25);
  int drawn = 0;

  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    Draw draw(seed, 1);
    const double x =
        exploration.near({{0.5}}, draw, [](const auto&) { return false; }).values.front();
    drawn += std::fabs(std::fabs(x - 0.5) - 0.1) > 1e-9 ? 1 : 0;
  }

  EXPECT_NEAR(drawn, 250, 45);  // 3 deviations of a binomial
}

TEST(Exploration, KeepsConstraintsAndConditions) {
  const SearchSpace space({{"opt", Categorical{{"sgd", "adam"}}},
                           {"momentum", Real{.low = 0.5, .high = 1}},
                           {"lr", Real{.low = 0, .high = 1}}});
  const SpaceConditions conditions(space, {{"momentum", "opt == 'sgd'"}}, {"lr < 0.42"});
  const Exploration exploration(space, conditions, 0.1);
  std::set<double> choices;

  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Draw draw(seed, 1);
    const Assignment near =
        exploration.near({{1, Assignment::inactive, 0.4}}, draw, [](const auto&) { return false; });
    choices.insert(near.values[0]);
    EXPECT_TRUE(space.contains(near));
    EXPECT_TRUE(conditions.complete(near));
    EXPECT_TRUE(conditions.allows(near));
  }

  EXPECT_EQ(choices.size(), 2U);
}

TEST(Exploration, StaysWhereNothingElseIsAllowed) {
  const SearchSpace space({{"x", Integer{.low = 1, .high = 9}}});
  const Exploration exploration(space, SpaceConditions(space, {}, {"x == 4"}), 0);
  Draw draw(1, 1);

  EXPECT_EQ(exploration.near({{4}}, draw, [](const auto&) { return false; }), (Assignment{{4}}));
}

TEST(Exploration, AvoidsWhatIsTakenWhereItCan) {
  const Exploration exploration(SearchSpace({{"x", Integer{.low = 1, .high = 3}}}), {}, 0);
  Draw draw(1, 1);
  Draw again(1, 1);

  EXPECT_EQ(exploration.near({{2}}, draw, [](const auto& at) { return at.values[0] == 1; }),
            (Assignment{{3}}));
  EXPECT_NE(exploration.near({{2}}, again, [](const auto&) { return true; }), (Assignment{{2}}));
}

}  // namespace
}  // namespace diwan
