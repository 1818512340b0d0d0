// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/inverse_factor.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>

#include "algorithms/space/elementary.hpp"
#include "algorithms/space/widest_vectors.hpp"

namespace diwan::gp {
namespace {

using Index = Eigen::Index;
constexpr Index lanes = 8;
constexpr Index block_rows = 16;
using Lanes [[gnu::vector_size(64)]] = double;

/// out[r][0..7] += sum over t of a[r][t] panel[t][0..7], t ascending, for four rows r.
DIWAN_WIDEST_VECTORS void add_four_rows(const double* a, Index a_stride, const double* panel,
                                        Index begin, Index end, double* out, Index out_stride) {
  Lanes s0;
  Lanes s1;
  Lanes s2;
  Lanes s3;
  std::memcpy(&s0, out, sizeof s0);
  std::memcpy(&s1, out + out_stride, sizeof s1);
  std::memcpy(&s2, out + 2 * out_stride, sizeof s2);
  std::memcpy(&s3, out + 3 * out_stride, sizeof s3);
  for (Index t = begin; t < end; ++t) {
    Lanes b;
    std::memcpy(&b, panel + t * lanes, sizeof b);
    s0 += a[t] * b;
    s1 += a[a_stride + t] * b;
    s2 += a[2 * a_stride + t] * b;
    s3 += a[3 * a_stride + t] * b;
  }
  std::memcpy(out, &s0, sizeof s0);
  std::memcpy(out + out_stride, &s1, sizeof s1);
  std::memcpy(out + 2 * out_stride, &s2, sizeof s2);
  std::memcpy(out + 3 * out_stride, &s3, sizeof s3);
}

DIWAN_WIDEST_VECTORS void add_row(const double* a, const double* panel, Index begin, Index end,
                                  double* out) {
  Lanes sum;
  std::memcpy(&sum, out, sizeof sum);
  for (Index t = begin; t < end; ++t) {
    Lanes b;
    std::memcpy(&b, panel + t * lanes, sizeof b);
    sum += a[t] * b;
  }
  std::memcpy(out, &sum, sizeof sum);
}

/// The same for rows [from, to) of `a` and `out`, whose panel begins at column `column`.
void add_rows(const Rows& a, Index from, Index to, const double* panel, Index begin, Index end,
              Rows& out, Index column) {
  Index row = from;
  for (; row + 4 <= to; row += 4) {
    add_four_rows(a.data() + row * a.cols(), a.cols(), panel, begin, end,
                  out.data() + row * out.cols() + column, out.cols());
  }
  for (; row < to; ++row) {
    add_row(a.data() + row * a.cols(), panel, begin, end, out.data() + row * out.cols() + column);
  }
}

double square_sum(const double* values, Index n) {
  double sum = 0;
  for (Index i = 0; i < n; ++i) {
    sum += values[i] * values[i];
  }
  return sum;
}

}  // namespace

void InverseFactor::reserve(Index rows) {
  if (rows <= capacity_) {
    return;
  }
  const Index capacity = padded(std::max({rows, Index{64}, capacity_ + capacity_ / 2}));
  const auto total = static_cast<std::size_t>(capacity * capacity);
  std::vector<double> lower(total, 0.0);
  std::vector<double> upper(total, 0.0);
  const auto kept = static_cast<std::size_t>(size_ * lanes);
  for (Index panel = 0; panel * lanes < size_; ++panel) {
    const auto to = static_cast<std::ptrdiff_t>(panel * capacity * lanes);
    std::copy_n(lower_panel(panel), kept, lower.begin() + to);
    std::copy_n(upper_panel(panel), kept, upper.begin() + to);
  }
  lower_ = std::move(lower);
  upper_ = std::move(upper);
  capacity_ = capacity;
}

void InverseFactor::store(Index row, const double* values, double scale, double last) {
  const Index own = row / lanes;
  for (Index panel = 0; panel <= own; ++panel) {
    double* const to = &lower_[offset(panel, row)];
    for (Index lane = 0; lane < lanes; ++lane) {
      const Index column = panel * lanes + lane;
      to[lane] = column < row ? values[column] * scale : (column == row ? last : 0.0);
    }
  }
  std::fill_n(&upper_[offset(own, row)], lanes, 0.0);
  for (Index t = 0; t <= row; ++t) {
    upper_[offset(own, t) + static_cast<std::size_t>(row % lanes)] =
        lower_[offset(t / lanes, row) + static_cast<std::size_t>(t % lanes)];
  }
}

void InverseFactor::grow_block(const Rows& k, Index first, Index rows) {
  const Index known = size_;
  const Index columns = padded(known + rows);
  Rows l = Rows::Zero(rows, columns);  // rows of L
  Rows r = Rows::Zero(rows, columns);  // l M
  const Rows block = k.middleRows(first, rows);
  for (Index panel = 0; panel * lanes < known; ++panel) {
    const Index end = std::min(known, (panel + 1) * lanes);
    add_rows(block, 0, rows, upper_panel(panel), 0, end, l, panel * lanes);
  }
  l.rightCols(columns - known).setZero();
  for (Index panel = 0; panel * lanes < known; ++panel) {
    add_rows(l, 0, rows, lower_panel(panel), panel * lanes, known, r, panel * lanes);
  }
  for (Index i = 0; i < rows; ++i) {
    const Index row = known + i;
    double* const li = l.data() + i * columns;
    double* const ri = r.data() + i * columns;
    const double* const ki = block.data() + i * block.cols();
    // l = M k for the rows that this block has added, then r = l M likewise.
    for (Index panel = known / lanes; panel * lanes < row; ++panel) {
      std::array<double, lanes> sums{};
      add_row(ki, upper_panel(panel), 0, std::min(row, (panel + 1) * lanes), sums.data());
      for (Index j = std::max(known, panel * lanes); j < std::min(row, (panel + 1) * lanes); ++j) {
        li[j] = sums[static_cast<std::size_t>(j - panel * lanes)];
      }
    }
    for (Index panel = 0; panel * lanes < row; ++panel) {
      add_row(li, lower_panel(panel), std::max(known, panel * lanes), row, ri + panel * lanes);
    }
    const double diagonal = ki[row];
    const double pivot = std::sqrt(std::max(diagonal - square_sum(li, row), 1e-12 * diagonal));
    store(row, ri, -1 / pivot, 1 / pivot);
    ++size_;
  }
}

void InverseFactor::grow(const Rows& k) {
  assert(k.cols() >= size_ + k.rows());
  reserve(size_ + k.rows());
  for (Index first = 0; first < k.rows(); first += block_rows) {
    grow_block(k, first, std::min(block_rows, k.rows() - first));
  }
}

void InverseFactor::whiten(const Rows& k, Rows& out) const {
  assert(k.cols() >= size_ && out.cols() >= padded(size_) && out.rows() >= k.rows());
  for (Index panel = 0; panel * lanes < size_; ++panel) {
    out.block(0, panel * lanes, k.rows(), lanes).setZero();
    add_rows(k, 0, k.rows(), upper_panel(panel), 0, std::min(size_, (panel + 1) * lanes), out,
             panel * lanes);
  }
}

void InverseFactor::unwhiten(const Rows& v, Rows& out) const {
  assert(v.cols() >= size_ && out.cols() >= padded(size_) && out.rows() >= v.rows());
  for (Index panel = 0; panel * lanes < size_; ++panel) {
    out.block(0, panel * lanes, v.rows(), lanes).setZero();
    add_rows(v, 0, v.rows(), lower_panel(panel), panel * lanes, size_, out, panel * lanes);
  }
}

double InverseFactor::log_determinant() const {
  double sum = 0;
  for (Index i = 0; i < size_; ++i) {
    sum -= portable_log(lower_[offset(i / lanes, i) + static_cast<std::size_t>(i % lanes)]);
  }
  return sum;
}

void InverseFactor::inverse(Rows& out) const {
  assert(out.rows() == size_ && out.cols() >= padded(size_));
  Rows transposed(4, padded(size_));  // four rows of M^T
  Rows product(4, padded(size_));
  for (Index first = 0; first < size_; first += 4) {
    const Index rows = std::min(Index{4}, size_ - first);
    transposed.setZero();
    product.setZero();
    for (Index i = 0; i < rows; ++i) {
      for (Index t = first + i; t < size_; ++t) {
        transposed(i, t) =
            upper_[offset(t / lanes, first + i) + static_cast<std::size_t>(t % lanes)];
      }
    }
    for (Index panel = 0; panel * lanes <= first + rows - 1; ++panel) {
      add_rows(transposed, 0, rows, lower_panel(panel), std::max(first, panel * lanes), size_,
               product, panel * lanes);
    }
    out.block(first, 0, rows, padded(size_)) = product.topRows(rows);
  }
}

}  // namespace diwan::gp
