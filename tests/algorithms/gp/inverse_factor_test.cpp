// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/inverse_factor.hpp"

#include <cmath>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <gtest/gtest.h>

#include "algorithms/rng.hpp"

namespace diwan::gp {
namespace {

using Index = Eigen::Index;

/// A positive definite matrix with a condition number of about a hundred.
Eigen::MatrixXd covariance(Index n) {
  Draw draw(7, 0);
  Eigen::MatrixXd root(n, n);
  for (Index i = 0; i < n * n; ++i) {
    root.data()[i] = draw.normal();
  }
  return root * root.transpose() / static_cast<double>(n) + 0.05 * Eigen::MatrixXd::Identity(n, n);
}

/// Rows [from, to) as grow() wants them, the rest of each row spoilt.
Rows rows(const Eigen::MatrixXd& k, Index from, Index to) {
  Rows result = Rows::Constant(to - from, padded(to), 1e9);
  for (Index i = from; i < to; ++i) {
    result.row(i - from).head(i + 1) = k.row(i).head(i + 1).array();
  }
  return result;
}

InverseFactor factor_of(const Eigen::MatrixXd& k) {
  InverseFactor factor;
  factor.grow(rows(k, 0, k.rows()));
  return factor;
}

Rows random_rows(Index count, Index columns) {
  Draw draw(8, 0);
  Rows result(count, padded(columns));
  for (Index i = 0; i < result.size(); ++i) {
    result.data()[i] = draw.normal();
  }
  return result;
}

TEST(InverseFactor, WhitensAndUnwhitensAsCholeskySolvesDo) {
  for (const Index n : {1, 7, 8, 9, 40, 131}) {
    const Eigen::MatrixXd k = covariance(n);
    const InverseFactor factor = factor_of(k);
    const Eigen::LLT<Eigen::MatrixXd> reference(k);
    const Rows b = random_rows(6, n);
    Rows whitened(6, padded(n));
    Rows unwhitened(6, padded(n));

    factor.whiten(b, whitened);
    factor.unwhiten(b, unwhitened);

    for (Index i = 0; i < 6; ++i) {
      const Eigen::VectorXd right = b.row(i).head(n).transpose().matrix();
      const Eigen::VectorXd l = reference.matrixL().solve(right);
      const Eigen::VectorXd u = reference.matrixU().solve(right);
      EXPECT_LT((whitened.row(i).head(n).transpose().matrix() - l).norm(), 1e-12 * l.norm()) << n;
      EXPECT_LT((unwhitened.row(i).head(n).transpose().matrix() - u).norm(), 1e-12 * u.norm()) << n;
    }
  }
}

TEST(InverseFactor, KnowsTheDeterminantAndTheInverse) {
  const Eigen::MatrixXd k = covariance(37);
  const InverseFactor factor = factor_of(k);
  Rows inverse(37, padded(37));

  factor.inverse(inverse);

  EXPECT_NEAR(2 * factor.log_determinant(), std::log(k.determinant()), 1e-10);
  const Eigen::MatrixXd expected = k.inverse();
  for (Index i = 0; i < 37; ++i) {
    for (Index j = 0; j <= i; ++j) {
      EXPECT_NEAR(inverse(i, j), expected(i, j), 1e-11);
    }
  }
}

TEST(InverseFactor, HasTheSameBitsHoweverItsRowsCame) {
  const Index n = 75;
  const Eigen::MatrixXd k = covariance(n);
  const Rows b = random_rows(5, n);
  const auto bits = [&](const InverseFactor& factor) {
    Rows out = Rows::Zero(10, padded(n));
    Rows half(5, padded(n));
    factor.whiten(b, half);
    out.topRows(5) = half;
    factor.unwhiten(b, half);
    out.bottomRows(5) = half;
    return Rows(out.leftCols(n));
  };
  const Rows at_once = bits(factor_of(k));

  InverseFactor one_by_one;
  for (Index i = 0; i < n; ++i) {
    one_by_one.grow(rows(k, i, i + 1));
  }
  InverseFactor after_a_detour;
  after_a_detour.grow(rows(k, 0, 21));
  after_a_detour.grow(rows(2 * k, 21, 60));
  after_a_detour.shrink(21);
  after_a_detour.grow(rows(k, 21, 50));
  after_a_detour.grow(rows(k, 50, n));

  EXPECT_TRUE((bits(one_by_one) == at_once).all());
  EXPECT_TRUE((bits(after_a_detour) == at_once).all());
}

TEST(InverseFactor, TreatsOneRightHandSideAsItTreatsMany) {
  const Index n = 50;
  const InverseFactor factor = factor_of(covariance(n));
  const Rows b = random_rows(7, n);
  Rows many(7, padded(n));
  factor.whiten(b, many);

  for (Index i = 0; i < 7; ++i) {
    Rows one(1, padded(n));
    factor.whiten(b.row(i), one);

    EXPECT_TRUE((one.leftCols(n) == many.row(i).leftCols(n)).all());
  }
}

TEST(InverseFactor, StaysFiniteWhenTwoRowsAreTheSame) {
  Rows k = Rows::Ones(3, 8);
  InverseFactor factor;

  factor.grow(k);

  Rows out(1, 8);
  factor.whiten(Rows::Ones(1, 8), out);
  EXPECT_TRUE(out.leftCols(3).allFinite());
}

}  // namespace
}  // namespace diwan::gp
