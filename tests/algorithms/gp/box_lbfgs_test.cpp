// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/box_lbfgs.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace diwan::gp {
namespace {

template <class Function>
int minimise(BoxLbfgs& search, const Function& function) {
  int evaluations = 0;
  while (!search.done()) {
    Values gradient = Values::Zero(search.trial().size());
    const double value = function(search.trial(), gradient);
    search.tell(value, gradient);
    ++evaluations;
  }
  return evaluations;
}

double rosenbrock(const Values& x, Values& gradient) {
  const double a = x[1] - x[0] * x[0];
  gradient[0] = -400 * x[0] * a - 2 * (1 - x[0]);
  gradient[1] = 200 * a;
  return 100 * a * a + (1 - x[0]) * (1 - x[0]);
}

const BoxLbfgsOptions exact{
    .most_steps = 200, .gradient_tolerance = 1e-8, .value_tolerance = 0, .first_length = 0.1};

TEST(BoxLbfgs, FindsTheMinimumOfRosenbrocksValley) {
  BoxLbfgs search(Values::Constant(2, -1.2), Values::Constant(2, -5), Values::Constant(2, 5),
                  exact);

  const int evaluations = minimise(search, rosenbrock);

  EXPECT_NEAR(search.best()[0], 1, 1e-6);
  EXPECT_NEAR(search.best()[1], 1, 1e-6);
  EXPECT_LT(evaluations, 120);
}

TEST(BoxLbfgs, StopsAtTheBoundsThatHoldItBack) {
  Values upper = Values::Constant(2, 5);
  upper[0] = 0.5;
  BoxLbfgs search(Values::Constant(2, -1.2), Values::Constant(2, -5), upper, exact);

  minimise(search, rosenbrock);

  // At x = 0.5 the best y is x^2.
  EXPECT_EQ(search.best()[0], 0.5);
  EXPECT_NEAR(search.best()[1], 0.25, 1e-6);
}

TEST(BoxLbfgs, NeverAsksOutsideTheBox) {
  BoxLbfgs search(Values::Constant(3, 0.5), Values::Zero(3), Values::Ones(3), exact);
  while (!search.done()) {
    const Values x = search.trial();

    EXPECT_TRUE((x >= 0).all() && (x <= 1).all());

    search.tell((x * Values::LinSpaced(3, -1, 2)).sum(), Values::LinSpaced(3, -1, 2));
  }
  EXPECT_EQ(search.best()[0], 1);
  EXPECT_EQ(search.best()[2], 0);
}

TEST(BoxLbfgs, WalksAroundValuesThatAreNotFinite) {
  // -ln x + x beyond 0.2, not a number before.
  BoxLbfgs search(
      Values::Constant(1, 4), Values::Constant(1, -10), Values::Constant(1, 10),
      {.most_steps = 100, .gradient_tolerance = 1e-8, .value_tolerance = 0, .first_length = 8});

  minimise(search, [](const Values& x, Values& gradient) {
    gradient[0] = 1 - 1 / x[0];
    return x[0] < 0.2 ? std::numeric_limits<double>::quiet_NaN() : x[0] - std::log(x[0]);
  });

  EXPECT_NEAR(search.best()[0], 1, 1e-6);
}

TEST(BoxLbfgs, EndsAtOnceWhereNothingIsToBeGained) {
  BoxLbfgs search(Values::Constant(2, 1), Values::Constant(2, -5), Values::Constant(2, 5), exact);

  EXPECT_EQ(minimise(search, rosenbrock), 1);
}

}  // namespace
}  // namespace diwan::gp
