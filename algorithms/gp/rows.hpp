// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <span>

#include <Eigen/Core>

namespace diwan::gp {

/// One row a point, candidate or right-hand side.
using Rows = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Values = Eigen::ArrayXd;

/// Columns are handled eight at a time: rows that the vector loops write are this long.
constexpr Eigen::Index padded(Eigen::Index columns) { return (columns + 7) / 8 * 8; }

inline std::span<const double> row_of(const Rows& rows, Eigen::Index row) {
  return {rows.data() + row * rows.cols(), static_cast<std::size_t>(rows.cols())};
}

}  // namespace diwan::gp
