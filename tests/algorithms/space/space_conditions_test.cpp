// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/space_conditions.hpp"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace diwan {
namespace {

constexpr double off = Assignment::inactive;
constexpr double sgd = 0;
constexpr double adam = 1;

/// Momentum is of sgd alone, and nesterov of momentum.
SearchSpace space() {
  return SearchSpace({{"nesterov", Categorical{{"no", "yes"}}},
                      {"momentum", Real{.low = 0, .high = 1}},
                      {"opt", Categorical{{"sgd", "adam"}}},
                      {"batch", Discrete{.values = {32, 64}, .texts = {"32", "64"}}}});
}

SpaceConditions conditions(const std::vector<std::string>& constraints = {}) {
  return {space(), {{"nesterov", "momentum > 0.5"}, {"momentum", "opt == 'sgd'"}}, constraints};
}

TEST(SpaceConditions, SwitchOffWhatDoesNotApplyAndWhatNeedsIt) {
  const SpaceConditions all = conditions();

  EXPECT_EQ(all.canonical({{1, 0.9, adam, 0}}), (Assignment{{off, off, adam, 0}}));
  EXPECT_EQ(all.canonical({{1, 0.4, sgd, 0}}), (Assignment{{off, 0.4, sgd, 0}}));
  EXPECT_EQ(all.canonical({{1, 0.9, sgd, 1}}), (Assignment{{1, 0.9, sgd, 1}}));
}

TEST(SpaceConditions, SayWhetherAParameterApplies) {
  const SpaceConditions all = conditions();

  EXPECT_TRUE(all.applies(0, {{off, 0.9, sgd, 0}}));
  EXPECT_FALSE(all.applies(0, {{off, 0.9, adam, 0}})) << "momentum does not apply itself";
  EXPECT_TRUE(all.applies(3, {{off, off, off, off}}));
  EXPECT_TRUE(all.is_conditional(1));
  EXPECT_FALSE(all.is_conditional(2));
}

TEST(SpaceConditions, FindAnAssignmentCompleteThatHasJustTheValuesThatApply) {
  const SpaceConditions all = conditions();

  EXPECT_TRUE(all.complete({{off, off, adam, 0}}));
  EXPECT_TRUE(all.complete({{1, 0.9, sgd, 0}}));
  EXPECT_FALSE(all.complete({{off, 0.9, sgd, 0}})) << "nesterov is missing";
  EXPECT_FALSE(all.complete({{off, 0.9, adam, 0}})) << "momentum is too much";
  EXPECT_FALSE(all.complete({{off, off, adam, off}})) << "batch is missing";
}

TEST(SpaceConditions, HoldOverTheSpaceWithoutAParameterThatTheyDoNotConcern) {
  const SpaceConditions all = conditions({"batch != 64"});
  EXPECT_TRUE(all.concerns(0));
  EXPECT_TRUE(all.concerns(1));
  EXPECT_TRUE(all.concerns(2));
  EXPECT_TRUE(all.concerns(3));
  const SpaceConditions more(
      SearchSpace({{"epochs", Integer{.low = 1, .high = 9}},
                   {"nesterov", Categorical{{"no", "yes"}}},
                   {"momentum", Real{.low = 0, .high = 1}},
                   {"opt", Categorical{{"sgd", "adam"}}},
                   {"batch", Discrete{.values = {32, 64}, .texts = {"32", "64"}}}}),
      {{"nesterov", "momentum > 0.5"}, {"momentum", "opt == 'sgd'"}}, {"batch != 64"});

  EXPECT_FALSE(more.concerns(0));
  EXPECT_EQ(more.without(0), all);
}

TEST(SpaceConditions, PutParametersOfOneConditionTogether) {
  const SearchSpace five(
      {{"a", Real{}}, {"b", Real{}}, {"c", Real{}}, {"d", Real{}}, {"e", Real{}}});
  const SpaceConditions all(five, {{"b", "a < 0.5"}, {"d", "a<0.5"}, {"e", "a < 0.6"}}, {});

  EXPECT_EQ(all.together(5), (std::vector<std::vector<std::size_t>>{{0, 2}, {1, 3}, {4}}));
}

TEST(SpaceConditions, KeepAConstraintThatHangsOnAnInactiveParameter) {
  const SpaceConditions all =
      conditions({"momentum < 0.9", "momentum * batch < 50 or opt == 'adam'"});

  EXPECT_TRUE(all.allows({{off, off, adam, 1}}));
  EXPECT_TRUE(all.allows({{1, 0.6, sgd, 1}}));
  EXPECT_FALSE(all.allows({{1, 0.95, sgd, 0}}));
  EXPECT_FALSE(all.allows({{1, 0.85, sgd, 1}}));
  EXPECT_TRUE(all.keeps(0, {{1, 0.85, sgd, 1}}));
  EXPECT_FALSE(all.keeps(1, {{1, 0.85, sgd, 1}}));
}

TEST(SpaceConditions, RefuseACircle) {
  const SearchSpace three({{"a", Real{}}, {"b", Real{}}, {"c", Real{}}});

  try {
    const SpaceConditions round(three, {{"a", "b > 0"}, {"b", "c > 0"}, {"c", "b > 0.5"}}, {});
    FAIL() << "a circle was taken";
  } catch (const ConditionCircle& circle) {
    EXPECT_TRUE(circle.parameter() == 1 || circle.parameter() == 2) << "a is not on it";
    EXPECT_NE(std::string(circle.what()).find("depends on itself"), std::string::npos);
  }
}

TEST(SpaceConditions, RefuseWhatIsNoConditionOverTheSpace) {
  EXPECT_THROW(SpaceConditions(space(), {{"nothing", "momentum > 0"}}, {}), std::invalid_argument);
  EXPECT_THROW(SpaceConditions(space(), {}, {"momentum"}), ExpressionError);
}

TEST(SpaceConditions, OfNothingLeaveAnAssignmentAsItIs) {
  const SpaceConditions none;

  EXPECT_FALSE(none.any());
  EXPECT_EQ(none.canonical({{1, 2}}), (Assignment{{1, 2}}));
  EXPECT_TRUE(none.allows({{1, 2}}));
  EXPECT_TRUE(none.complete({{1, 2}}));
  EXPECT_FALSE(none.complete({{1, off}}));
}

TEST(BoundExpression, EvaluatesExpressionsOfManyNodes) {
  std::string sum = "momentum";
  for (int i = 0; i < 40; ++i) {
    sum += " + momentum";
  }

  const SpaceConditions all(space(), {}, {sum + " < 4.2"});

  EXPECT_TRUE(all.allows({{off, 0.1, sgd, 0}}));
  EXPECT_FALSE(all.allows({{off, 0.11, sgd, 0}}));
}

}  // namespace
}  // namespace diwan
