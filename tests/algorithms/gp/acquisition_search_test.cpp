// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/acquisition_search.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace diwan::gp {
namespace {

/// A smooth hill on a mixed space; its top at 0.3, 0.9 of a range that ends there, and the second
/// choice.
class Hill : public Acquisition {
 public:
  explicit Hill(bool smooth) : smooth_(smooth) {}

  Values values(const Rows& points) const override {
    Values result(points.rows());
    for (Eigen::Index i = 0; i < points.rows(); ++i) {
      result[i] = -square(points(i, 0) - 0.3) - square(points(i, 1) - 1.2) -
                  (points(i, 2) == 1 ? 0 : 1) - square(points(i, 3) - 0.4);
    }
    return result;
  }
  bool differentiable() const override { return smooth_; }
  Values values_and_gradients(const Rows& points, Rows& gradients) const override {
    gradients = Rows::Zero(points.rows(), points.cols());
    gradients.col(0) = -2 * (points.col(0) - 0.3);
    gradients.col(1) = -2 * (points.col(1) - 1.2);
    gradients.col(3) = -2 * (points.col(3) - 0.4);
    return values(points);
  }
  Values length_scales(Eigen::Index dimensions) const override { return Values::Ones(dimensions); }
  double cost() const override { return 10; }

 private:
  static double square(double x) { return x * x; }
  bool smooth_;
};

SearchSpace mixed() {
  return SearchSpace({{"x", Real{.low = 0, .high = 1}},
                      {"y", Real{.low = 0, .high = 1}},
                      {"kind", Categorical{{"a", "b", "c"}}},
                      {"layers", Integer{.low = 1, .high = 5}}});
}

TEST(AcquisitionSearch, FindsTheTopOfAMixedSpaceBoundIncluded) {
  const ModelSpace space(mixed());
  const AcquisitionSearch search(space, {.candidates = 64}, 1);

  const Candidate best = search.search(Hill(true), {}, 0).front();

  EXPECT_NEAR(best.point[0], 0.3, 1e-4);
  EXPECT_EQ(best.point[1], 1);
  EXPECT_EQ(best.point[2], 1);
  // Of the cells' middles 0.1, 0.3, 0.5, ... the nearest to 0.4 are two.
  EXPECT_NEAR(std::abs(best.point[3] - 0.4), 0.1, 1e-12);
}

TEST(AcquisitionSearch, ClimbsDiscreteCoordinatesWithoutAGradient) {
  const ModelSpace space(mixed());
  const AcquisitionSearch search(space, {.candidates = 64}, 1);

  const Candidate best = search.search(Hill(false), {}, 0).front();

  EXPECT_EQ(best.point[2], 1);
  EXPECT_GT(best.value, -0.2);
}

TEST(AcquisitionSearch, GivesDistinctPointsOfTheSpaceBestFirst) {
  const ModelSpace space(mixed());
  const AcquisitionSearch search(space, {.candidates = 256}, 1);

  const std::vector<Candidate> all = search.search(Hill(true), {}, 7);

  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_TRUE(space.space().contains(space.decode(all[i].point)));
    EXPECT_EQ(all[i].point[3], space.snapped(3, all[i].point[3]));
    if (i > 0) {
      EXPECT_GE(all[i - 1].value, all[i].value);
      EXPECT_NE(all[i - 1].point, all[i].point);
    }
  }
}

TEST(AcquisitionSearch, LooksAtEveryPointOfASmallSpace) {
  const ModelSpace space(SearchSpace({{"a", Integer{.low = 1, .high = 30}},
                                      {"b", Integer{.low = 1, .high = 30}},
                                      {"kind", Categorical{{"a", "b", "c"}}},
                                      {"fixed", Integer{.low = 2, .high = 2}}}));
  class Needle : public Hill {
   public:
    Needle() : Hill(false) {}
    Values values(const Rows& points) const override {
      return (points.col(0) > 0.98 && points.col(1) < 0.02 && points.col(2) == 2).cast<double>();
    }
  };

  const std::vector<Candidate> all =
      AcquisitionSearch(space, {.candidates = 16}, 1).search(Needle(), {}, 0);

  EXPECT_EQ(all.size(), 2700U);
  EXPECT_EQ(all.front().value, 1);
  EXPECT_EQ(all[1].value, 0);
}

}  // namespace
}  // namespace diwan::gp
