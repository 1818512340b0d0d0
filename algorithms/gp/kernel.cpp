// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/kernel.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "algorithms/space/elementary_inline.hpp"
#include "algorithms/space/widest_vectors.hpp"

namespace diwan::gp {
namespace {

using Index = Eigen::Index;
constexpr Index lanes = 8;
constexpr double root5 = 2.2360679774997896;

DIWAN_WIDEST_VECTORS void add_squares(const double* x, double at, double a, double* sum, Index n) {
  for (Index i = 0; i < n; ++i) {
    const double difference = x[i] - at;
    sum[i] += a * (difference * difference);
  }
}

DIWAN_WIDEST_VECTORS void add_unequal(const double* x, double at, double a, double* sum, Index n) {
  for (Index i = 0; i < n; ++i) {
    sum[i] += x[i] == at ? 0.0 : a;
  }
}

/// k(r^2) in place of r^2.
DIWAN_WIDEST_VECTORS void matern(double s, double* k, Index n) {
  for (Index i = 0; i < n; ++i) {
    const double square = k[i];
    const double r = root5 * std::sqrt(square);
    k[i] = s * (1 + r + 5.0 / 3.0 * square) * inlined::exp(-r);
  }
}

/// k(r^2) in place of r^2, and dk/d(r^2) = -5/6 s (1 + sqrt5 r) exp(-sqrt5 r).
DIWAN_WIDEST_VECTORS void matern_and_slope(double s, double* k, double* slope, Index n) {
  for (Index i = 0; i < n; ++i) {
    const double square = k[i];
    const double r = root5 * std::sqrt(square);
    const double e = s * inlined::exp(-r);
    k[i] = (1 + r + 5.0 / 3.0 * square) * e;
    slope[i] = -5.0 / 6.0 * (1 + r) * e;
  }
}

DIWAN_WIDEST_VECTORS void square_lanes(const double* x, double at, const double* weight, Index n,
                                       double* sums) {
  for (Index i = 0; i + lanes <= n; i += lanes) {
    for (Index lane = 0; lane < lanes; ++lane) {
      const double difference = x[i + lane] - at;
      sums[lane] += weight[i + lane] * (difference * difference);
    }
  }
}

DIWAN_WIDEST_VECTORS void difference_lanes(const double* x, double at, const double* weight,
                                           Index n, double* sums) {
  for (Index i = 0; i + lanes <= n; i += lanes) {
    for (Index lane = 0; lane < lanes; ++lane) {
      sums[lane] += weight[i + lane] * (at - x[i + lane]);
    }
  }
}

DIWAN_WIDEST_VECTORS void dot_lanes(const double* a, const double* b, Index n, double* sums) {
  for (Index i = 0; i + lanes <= n; i += lanes) {
    for (Index lane = 0; lane < lanes; ++lane) {
      sums[lane] += a[i + lane] * b[i + lane];
    }
  }
}

DIWAN_WIDEST_VECTORS void multiply_all(const double* a, const double* b, double* out, Index n) {
  for (Index i = 0; i < n; ++i) {
    out[i] = a[i] * b[i];
  }
}

/// The sum of eight lanes that `lane_sums` fills from whole groups, and of `term(i)` for the rest.
template <class LaneSums, class Term>
double sum_of(Index n, const LaneSums& lane_sums, const Term& term) {
  std::array<double, lanes> sums{};
  lane_sums(sums.data());
  double total = 0;
  for (const double sum : sums) {
    total += sum;
  }
  for (Index i = n / lanes * lanes; i < n; ++i) {
    total += term(i);
  }
  return total;
}

}  // namespace

std::vector<double> Points::at(Index index) const {
  std::vector<double> point;
  point.reserve(coordinates_.size());
  for (const std::vector<double>& coordinate : coordinates_) {
    point.push_back(coordinate[static_cast<std::size_t>(index)]);
  }
  return point;
}

void Points::add(std::span<const double> point) {
  assert(point.size() == coordinates_.size());
  for (std::size_t d = 0; d < coordinates_.size(); ++d) {
    std::vector<double>& coordinate = coordinates_[d];
    coordinate.resize(static_cast<std::size_t>(padded(size_ + 1)), 0.0);
    coordinate[static_cast<std::size_t>(size_)] = point[d];
  }
  ++size_;
}

void Points::shrink(Index size) { size_ = std::min(size_, size); }

void covariances(const Points& points, Index count, std::span<const double> point,
                 const Hyperparameters& hyperparameters, double* k, double* slope) {
  const Index n = padded(count);
  std::fill_n(k, n, 0.0);
  for (std::size_t d = 0; d < points.dimensions(); ++d) {
    const auto add = points.metric(d) == Metric::ordered ? add_squares : add_unequal;
    add(points.coordinate(d), point[d], hyperparameters.inverse_squares[d], k, n);
  }
  if (slope == nullptr) {
    matern(hyperparameters.signal, k, n);
  } else {
    matern_and_slope(hyperparameters.signal, k, slope, n);
  }
}

double weighted_squares(const double* x, double at, Metric metric, const double* weight,
                        Index count) {
  if (metric == Metric::unordered) {
    double sum = 0;
    for (Index i = 0; i < count; ++i) {
      sum += x[i] == at ? 0.0 : weight[i];
    }
    return sum;
  }
  return sum_of(
      count, [&](double* sums) { square_lanes(x, at, weight, count, sums); },
      [&](Index i) { return weight[i] * ((x[i] - at) * (x[i] - at)); });
}

double weighted_differences(const double* x, double at, const double* weight, Index count) {
  return sum_of(
      count, [&](double* sums) { difference_lanes(x, at, weight, count, sums); },
      [&](Index i) { return weight[i] * (at - x[i]); });
}

double dot(const double* a, const double* b, Index count) {
  return sum_of(
      count, [&](double* sums) { dot_lanes(a, b, count, sums); },
      [&](Index i) { return a[i] * b[i]; });
}

void multiply(const double* a, const double* b, double* out, Index count) {
  multiply_all(a, b, out, count);
}

}  // namespace diwan::gp
