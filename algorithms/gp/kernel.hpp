// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "algorithms/gp/rows.hpp"

namespace diwan::gp {

/// Does a coordinate have an order, or does only equal or unequal count (Hamming)?
enum class Metric { ordered, unordered };

/// Matern 5/2 with a length scale for each dimension:
/// k(r) = s (1 + sqrt5 r + 5/3 r^2) exp(-sqrt5 r), r^2 = sum_d a_d (x_d - y_d)^2, where an
/// unordered dimension adds a_d when its values differ.
struct Hyperparameters {
  std::vector<double> inverse_squares;  ///< a_d = 1 / length scale^2
  double signal = 1;                    ///< s, the variance of the function
  double noise = 1e-3;                  ///< variance of the noise
  bool operator==(const Hyperparameters&) const = default;
};

/// Points by coordinate, as the vector loops read them.
class Points {
 public:
  explicit Points(std::vector<Metric> metrics) : metrics_(std::move(metrics)) {
    coordinates_.resize(metrics_.size());
  }

  std::size_t dimensions() const { return metrics_.size(); }
  Metric metric(std::size_t dimension) const { return metrics_[dimension]; }
  Eigen::Index size() const { return size_; }
  const double* coordinate(std::size_t dimension) const { return coordinates_[dimension].data(); }
  std::vector<double> at(Eigen::Index index) const;

  void add(std::span<const double> point);
  void shrink(Eigen::Index size);

 private:
  std::vector<Metric> metrics_;
  std::vector<std::vector<double>> coordinates_;
  Eigen::Index size_ = 0;
};

/// k and dk/d(r^2) of `point` and the first `count` points, into arrays of padded(count) entries;
/// `slope` may be null.
void covariances(const Points& points, Eigen::Index count, std::span<const double> point,
                 const Hyperparameters& hyperparameters, double* k, double* slope);

/// sum_i weight_i (x_i - at)^2 over the first `count` entries of a coordinate, or of the weights
/// where x_i differs from `at` when it is unordered.
double weighted_squares(const double* x, double at, Metric metric, const double* weight,
                        Eigen::Index count);
/// sum_i weight_i (at - x_i)
double weighted_differences(const double* x, double at, const double* weight, Eigen::Index count);
/// sum_i a_i b_i
double dot(const double* a, const double* b, Eigen::Index count);
/// out_i = a_i b_i
void multiply(const double* a, const double* b, double* out, Eigen::Index count);

}  // namespace diwan::gp
