// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/notices/slopes.hpp"

#include <cmath>
#include <cstddef>

#include <Eigen/Cholesky>
#include <Eigen/Core>

namespace diwan {

std::vector<double> slopes(const std::vector<std::vector<double>>& rows,
                           std::span<const double> response) {
  constexpr double ridge = 1e-6;  // for columns that never change, or are sums of others
  constexpr std::size_t spare_rows = 10;
  const std::size_t columns = rows.empty() ? 0 : rows.front().size();
  if (rows.empty() || rows.size() < columns + 1 + spare_rows) {
    return {};
  }
  const auto n = static_cast<Eigen::Index>(rows.size());
  const auto slope_count = static_cast<Eigen::Index>(columns);
  Eigen::MatrixXd x(n, slope_count + 1);
  for (Eigen::Index i = 0; i < n; ++i) {
    x.row(i).head(slope_count) =
        Eigen::Map<const Eigen::RowVectorXd>(rows[static_cast<std::size_t>(i)].data(), slope_count);
  }
  x.col(slope_count).setOnes();
  const Eigen::Map<const Eigen::VectorXd> y(response.data(), n);
  Eigen::MatrixXd normal = x.transpose() * x;
  normal.diagonal().array() += ridge;
  // (X'X)^-1, times the variance
  const Eigen::MatrixXd covariance =
      normal.llt().solve(Eigen::MatrixXd::Identity(slope_count + 1, slope_count + 1));
  const Eigen::VectorXd estimates = covariance * (x.transpose() * y);
  const double variance =
      (y - x * estimates).squaredNorm() / static_cast<double>(n - slope_count - 1);
  std::vector<double> t;
  for (Eigen::Index c = 0; c < slope_count; ++c) {
    t.push_back(estimates[c] / std::sqrt(variance * covariance(c, c) + 1e-30));
  }
  return t;
}

}  // namespace diwan
