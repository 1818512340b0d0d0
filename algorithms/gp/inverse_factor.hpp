// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <vector>

#include "algorithms/gp/rows.hpp"

namespace diwan::gp {

/// M = L^-1 of a growing covariance matrix K = L L^T, by bordering: a row costs O(n^2).
///
/// With M at hand, what a Gaussian process needs is products with triangular matrices, which run at
/// the speed of the widest vectors, for one right-hand side or many. Every sum runs in the order of
/// the rows, so that rows added one by one or many at once, and any width of vectors, give the same
/// bits.
class InverseFactor {
 public:
  Eigen::Index size() const { return size_; }

  /// Adds k.rows() rows of K: row i holds its first size() + i + 1 entries, the last of them the
  /// diagonal. A pivot that rounding took below 1e-12 of the diagonal is set to that.
  void grow(const Rows& k);
  /// Forgets all but the first `size` rows.
  void shrink(Eigen::Index size) { size_ = size; }
  void clear() { size_ = 0; }

  /// M times each row of `k`: the whitened right-hand sides. Columns beyond size() are scratch.
  /// @param k  at least size() columns   @param out  as many rows, padded(size()) columns or more
  void whiten(const Rows& k, Rows& out) const;
  /// M^T times each row of `v`.
  void unwhiten(const Rows& v, Rows& out) const;

  /// ln det L.
  double log_determinant() const;
  /// The lower triangle of K^-1 = M^T M; what is above it is scratch.
  /// @param out  size() rows, padded(size()) columns
  void inverse(Rows& out) const;

 private:
  void reserve(Eigen::Index rows);
  void grow_block(const Rows& k, Eigen::Index first, Eigen::Index rows);
  void store(Eigen::Index row, const double* values, double scale, double last);
  const double* lower_panel(Eigen::Index panel) const { return &lower_[offset(panel, 0)]; }
  const double* upper_panel(Eigen::Index panel) const { return &upper_[offset(panel, 0)]; }
  std::size_t offset(Eigen::Index panel, Eigen::Index row) const {
    return static_cast<std::size_t>((panel * capacity_ + row) * 8);
  }

  Eigen::Index size_ = 0;
  Eigen::Index capacity_ = 0;
  // Panels of eight columns, each contiguous by rows.
  std::vector<double> lower_;  ///< M
  std::vector<double> upper_;  ///< M^T
};

}  // namespace diwan::gp
