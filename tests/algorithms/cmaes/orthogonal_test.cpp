// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/orthogonal.hpp"

#include <gtest/gtest.h>

namespace diwan::cmaes {
namespace {

TEST(OrthogonalNormals, StandAtRightAnglesWithinABlock) {
  const OrthogonalNormals normals(1, 2, 5);

  for (std::uint64_t i = 0; i < 5; ++i) {
    for (std::uint64_t j = 0; j < i; ++j) {
      EXPECT_NEAR(normals.at(i).dot(normals.at(j)), 0, 1e-13) << i << ' ' << j;
    }
  }
}

TEST(OrthogonalNormals, AreTheSameInWhateverOrder) {
  const OrthogonalNormals forwards(1, 2, 4);
  const OrthogonalNormals backwards(1, 2, 4);
  std::vector<Eigen::VectorXd> expected;
  for (std::uint64_t i = 0; i < 11; ++i) {
    expected.push_back(forwards.at(i));
  }

  for (std::uint64_t i = 11; i-- > 0;) {
    EXPECT_EQ(backwards.at(i), expected[i]) << i;
  }
}

TEST(OrthogonalNormals, AreDistributedAsNormalsEachByItself) {
  constexpr int count = 20000;
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  Eigen::Matrix3d square = Eigen::Matrix3d::Zero();
  for (std::uint64_t generation = 0; generation < count; ++generation) {
    const Eigen::Vector3d z = OrthogonalNormals(7, generation, 3).at(2);
    mean += z / count;
    square += z * z.transpose() / count;
  }

  EXPECT_LT(mean.cwiseAbs().maxCoeff(), 0.03);
  EXPECT_LT((square - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff(), 0.05);
}

}  // namespace
}  // namespace diwan::cmaes
