// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/joint_parzen.hpp"

#include <cmath>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "joint_parzen_reference.hpp"

namespace diwan {
namespace {

/// The columns of joint_parzen_reference.hpp.
std::vector<Axis> reference_axes() {
  return {Axis(Real{.low = -5, .high = 5}),
          Axis(Real{.low = 1e-5, .high = 1, .distribution = Distribution::log_uniform}),
          Axis(Integer{.low = 1, .high = 1000, .distribution = Distribution::log_uniform}),
          Axis(Real{.low = 0, .high = 1, .step = 0.0078125}),
          Axis(Categorical{{"a", "b", "c", "d"}})};
}

TEST(JointParzen, EqualsOptunasMultivariateEstimatorUnderOptunasOptions) {
  for (const JointParzenReference& reference : joint_parzen_references) {
    JointParzen parzen(reference_axes(), {.floor = ParzenOptions::Floor::magic_clip,
                                          .endpoints = reference.endpoints,
                                          .prior_is_neighbour = false,
                                          .prior_weight = reference.prior_weight});
    for (std::size_t i = 0; i < reference.observations.size(); ++i) {
      parzen.insert(reference.observations[i], reference.weights[i]);
    }

    for (std::size_t i = 0; i < reference.queries.size(); ++i) {
      EXPECT_NEAR(parzen.log_density(reference.queries[i]), reference.log_density[i], 1e-9)
          << "n=" << reference.observations.size() << " query " << i;
    }
  }
}

/// Two numeric parameters with many equal values, and a choice.
std::vector<Axis> small_axes() {
  return {Axis(Integer{.low = 1, .high = 4}), Axis(Real{.low = 0, .high = 1, .step = 0.5}),
          Axis(Categorical{{"a", "b", "c"}})};
}

std::vector<std::vector<double>> all_points() {
  std::vector<std::vector<double>> points;
  for (const double a : {1.0, 2.0, 3.0, 4.0}) {
    for (const double b : {0.0, 0.5, 1.0}) {
      for (const double c : {0.0, 1.0, 2.0}) {
        points.push_back({a, b, c});
      }
    }
  }
  return points;
}

TEST(JointParzen, OfFiniteParametersSumsToOne) {
  JointParzen parzen(small_axes(), {});
  parzen.insert(std::vector<double>{1, 0.5, 2}, 0.25);
  parzen.insert(std::vector<double>{4, 0.5, 0});
  parzen.insert(std::vector<double>{4, 1, 0});

  double sum = 0;
  for (const std::vector<double>& point : all_points()) {
    sum += std::exp(parzen.log_density(point));
  }

  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(JointParzen, SamplesFollowTheDensity) {
  JointParzen parzen(small_axes(), {});
  parzen.insert(std::vector<double>{1, 0, 2}, 0.25);
  parzen.insert(std::vector<double>{4, 0, 0});
  parzen.insert(std::vector<double>{4, 1, 1});
  std::map<std::vector<double>, int> counts;
  Draw draw(9, 0);
  constexpr int n = 20000;

  std::vector<double> values(3);
  for (int i = 0; i < n; ++i) {
    parzen.sample(draw, values);
    ++counts[values];
  }

  for (const std::vector<double>& point : all_points()) {
    const double p = std::exp(parzen.log_density(point));
    EXPECT_NEAR(counts[point] / double{n}, p, 5 * std::sqrt(p * (1 - p) / n));
  }
}

TEST(JointParzen, KnowsThatValuesWentTogether) {
  JointParzen parzen({Axis(Real{}), Axis(Real{})}, {});
  for (int i = 0; i < 10; ++i) {
    parzen.insert(std::vector<double>{0.1 + i * 0.001, 0.1 + i * 0.001});
    parzen.insert(std::vector<double>{0.9 + i * 0.001, 0.9 + i * 0.001});
  }

  const double together = parzen.log_density(std::vector<double>{0.1, 0.1});
  const double apart = parzen.log_density(std::vector<double>{0.1, 0.9});

  EXPECT_GT(together, apart + 1);
}

TEST(JointParzen, FollowsFromItsObservationsWhateverCameAndWent) {
  const std::vector<Axis> axes = {Axis(Real{.low = -1, .high = 1}),
                                  Axis(Integer{.low = 1, .high = 30}),
                                  Axis(Categorical{{"a", "b", "c"}})};
  Draw draw(3, 0);
  const auto any = [&] {
    std::vector<double> values;
    values.reserve(axes.size());
    for (const Axis& axis : axes) {
      values.push_back(axis.decode(draw.uniform()));
    }
    return values;
  };
  JointParzen worn(axes, {});
  std::vector<std::vector<double>> kept;
  for (int i = 0; i < 300; ++i) {
    kept.push_back(any());
    worn.insert(kept.back());
    if (draw.uniform() < 0.6) {
      const std::size_t victim = draw.below(kept.size());
      worn.erase(victim);
      kept[victim] = kept.back();
      kept.pop_back();
    }
  }
  JointParzen fresh(axes, {});

  for (const std::vector<double>& values : kept) {
    fresh.insert(values);
  }

  for (int i = 0; i < 20; ++i) {
    const std::vector<double> at = any();
    EXPECT_EQ(worn.log_density(at), fresh.log_density(at));
  }
}

TEST(JointParzen, StaysFiniteFarFromAllKernelsInManyDimensions) {
  const std::vector<Axis> axes(300, Axis(Integer{.low = 0, .high = 1000000}));
  JointParzen parzen(axes, {.floor = ParzenOptions::Floor::tight, .endpoints = false});
  parzen.insert(std::vector<double>(300, 10));
  parzen.insert(std::vector<double>(300, 20));

  EXPECT_TRUE(std::isfinite(parzen.log_density(std::vector<double>(300, 990000))));
}

}  // namespace
}  // namespace diwan
