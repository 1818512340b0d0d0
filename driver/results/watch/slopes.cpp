// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/watch/slopes.hpp"

#include <cmath>
#include <cstddef>
#include <utility>

namespace diwan {
namespace {

using Matrix = std::vector<std::vector<double>>;

/// Inverse of a symmetric positive definite matrix by Gauss-Jordan elimination.
Matrix inverse(Matrix a) {
  const std::size_t n = a.size();
  Matrix inverse(n, std::vector<double>(n, 0));
  for (std::size_t i = 0; i < n; ++i) {
    inverse[i][i] = 1;
  }
  for (std::size_t c = 0; c < n; ++c) {
    const double pivot = a[c][c];
    for (std::size_t k = 0; k < n; ++k) {
      a[c][k] /= pivot;
      inverse[c][k] /= pivot;
    }
    for (std::size_t r = 0; r < n; ++r) {
      const double factor = a[r][c];
      for (std::size_t k = 0; k < n && r != c; ++k) {
        a[r][k] -= factor * a[c][k];
        inverse[r][k] -= factor * inverse[c][k];
      }
    }
  }
  return inverse;
}

double product(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

}  // namespace

std::vector<double> slopes(const Matrix& rows, std::span<const double> response) {
  constexpr double ridge = 1e-6;  // for columns that never change, or are sums of others
  constexpr std::size_t spare_rows = 10;
  const std::size_t unknowns = rows.empty() ? 0 : rows.front().size() + 1;
  if (rows.size() < unknowns + spare_rows) {
    return {};
  }
  Matrix normal(unknowns, std::vector<double>(unknowns, 0));  // X'X
  std::vector<double> moments(unknowns, 0);                   // X'y
  const auto with_constant = [](std::vector<double> row) {
    row.push_back(1);
    return row;
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::vector<double> x = with_constant(rows[i]);
    for (std::size_t r = 0; r < unknowns; ++r) {
      moments[r] += x[r] * response[i];
      for (std::size_t c = 0; c < unknowns; ++c) {
        normal[r][c] += x[r] * x[c];
      }
    }
  }
  for (std::size_t r = 0; r < unknowns; ++r) {
    normal[r][r] += ridge;
  }
  const Matrix covariance = inverse(std::move(normal));  // (X'X)^-1, times the variance
  std::vector<double> estimates;
  for (const std::vector<double>& row : covariance) {
    estimates.push_back(product(row, moments));
  }
  double squares = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double residual = response[i] - product(with_constant(rows[i]), estimates);
    squares += residual * residual;
  }
  const double variance = squares / static_cast<double>(rows.size() - unknowns);
  std::vector<double> t;
  for (std::size_t c = 0; c + 1 < unknowns; ++c) {
    t.push_back(estimates[c] / std::sqrt(variance * covariance[c][c] + 1e-30));
  }
  return t;
}

}  // namespace diwan
