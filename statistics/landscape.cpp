// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "statistics/landscape.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "algorithms/rng.hpp"
#include "algorithms/streams.hpp"

namespace diwan::statistics {
namespace {

constexpr std::size_t most_tested = 1000;  ///< results that `explained` is of

/// Results that a tree is grown from.
std::size_t most_results(std::size_t dimensions) {
  constexpr std::size_t coordinates = 20'000;
  return std::clamp<std::size_t>(coordinates / std::max<std::size_t>(dimensions, 1), 250, 1000);
}

/// An order of results that does not depend on the one they came in.
bool comes_before(const Result& left, const Result& right) {
  for (std::size_t p = 0; p < left.assignment.values.size(); ++p) {
    const double a = left.assignment.values[p];
    const double b = right.assignment.values[p];
    if (std::isnan(a) != std::isnan(b)) {
      return std::isnan(a);
    }
    if (a != b && !std::isnan(a)) {
      return a < b;
    }
  }
  return left.value < right.value;
}

std::vector<Result> finite_in_order(const SearchSpace& space, std::span<const Result> results) {
  std::vector<Result> kept;
  for (const Result& result : results) {
    if (result.assignment.values.size() != space.size()) {
      throw std::invalid_argument("a result has " +
                                  std::to_string(result.assignment.values.size()) + " values for " +
                                  std::to_string(space.size()) + " parameters");
    }
    if (std::isfinite(result.value)) {
      kept.push_back(result);
    }
  }
  std::sort(kept.begin(), kept.end(), comes_before);
  return kept;
}

/// Gives inactive parameters values of their domain, those of each in the order of the results.
void activate(const SearchSpace& space, std::uint64_t seed, std::vector<Result>& results) {
  for (std::size_t p = 0; p < space.size(); ++p) {
    Draw draw(seed, streams::landscape_inactive + p);
    for (Result& result : results) {
      double& value = result.assignment.values[p];
      value = std::isnan(value) ? space.axis(p).decode(draw.uniform()) : value;
    }
  }
}

/// As many draws from 0..size-1 with repeats.
std::vector<std::size_t> bootstrap(std::size_t size, std::size_t count, Draw& draw) {
  std::vector<std::size_t> indices(count);
  for (std::size_t& index : indices) {
    index = draw.below(size);
  }
  return indices;
}

/// What trees say of results that they were grown without.
class OutOfBag {
 public:
  explicit OutOfBag(std::size_t size) : sums_(size), counts_(size) {}

  void take(const gp::Tree& tree, const gp::Points& points, const std::vector<std::size_t>& bag) {
    std::vector<bool> inside(sums_.size());
    for (const std::size_t index : bag) {
      inside[index] = true;
    }
    const std::size_t stride = (sums_.size() + most_tested - 1) / most_tested;
    for (std::size_t i = 0; i < sums_.size(); i += stride) {
      if (!inside[i]) {
        sums_[i] += tree.at(points.at(static_cast<Eigen::Index>(i))).mean;
        counts_[i] += 1;
      }
    }
  }

  /// 1 - squares of the errors / squares about the mean
  std::optional<double> explained(const std::vector<double>& outputs) const {
    double count = 0;
    double mean = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      count += counts_[i] > 0 ? 1 : 0;
      mean += counts_[i] > 0 ? outputs[i] : 0;
    }
    mean /= std::max(count, 1.0);
    double errors = 0;
    double squares = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (counts_[i] > 0) {
        const double error = outputs[i] - sums_[i] / counts_[i];
        errors += error * error;
        squares += (outputs[i] - mean) * (outputs[i] - mean);
      }
    }
    return squares > 0 ? std::optional(1 - errors / squares) : std::nullopt;
  }

 private:
  std::vector<double> sums_;
  std::vector<double> counts_;
};

}  // namespace

struct Landscape::Data {
  gp::Points points;
  std::vector<double> outputs;
};

Landscape::Landscape(const SearchSpace& space, std::span<const Result> results,
                     const Options& options)
    : space_(space) {
  std::vector<Result> kept = finite_in_order(space, results);
  used_ = kept.size();
  left_out_ = results.size() - used_;
  activate(space, options.seed, kept);

  // Scaled first, so that squares of large values do not overflow.
  double largest = 0;
  for (const Result& result : kept) {
    largest = std::max(largest, std::abs(result.value));
  }
  const double unit = largest > 0 ? largest : 1;
  Data data{.points = gp::Points(space_.metrics()), .outputs = {}};
  for (const Result& result : kept) {
    data.points.add(space_.encode(result.assignment));
    data.outputs.push_back(result.value / unit);
  }
  const auto count = static_cast<double>(std::max<std::size_t>(used_, 1));
  const double mean = std::accumulate(data.outputs.begin(), data.outputs.end(), 0.0) / count;
  double squares = 0;
  for (const double output : data.outputs) {
    squares += (output - mean) * (output - mean) / count;
  }
  centre_ = mean * unit;
  if (!(squares > 0)) {
    return;
  }
  scale_ = std::sqrt(squares) * unit;
  for (double& output : data.outputs) {
    output = (output - mean) / std::sqrt(squares);
  }
  grow(data, options);
}

std::optional<double> Landscape::error() const {
  return explained_ ? std::optional(scale_ * std::sqrt(std::max(1 - *explained_, 0.0)))
                    : std::nullopt;
}

void Landscape::grow(const Data& data, const Options& options) {
  const gp::TreeOptions tree_options{.least_leaf = 1, .deepest = 64};
  const std::size_t count =
      std::min(used_, options.most_results.value_or(most_results(space_.dimensions())));
  OutOfBag out_of_bag(used_);
  bool varies = false;
  for (std::size_t t = 0; t < options.trees && space_.dimensions() > 0; ++t) {
    Draw draw(options.seed, streams::landscape, t);
    const std::vector<std::size_t> bag = bootstrap(used_, count, draw);
    const gp::Tree tree(data.points, data.outputs, bag, tree_options, draw);
    out_of_bag.take(tree, data.points, bag);
    partitions_.emplace_back(tree, space_);
    varies = varies || partitions_.back().variance() > 0;
  }
  if (!varies) {
    partitions_.clear();
    return;
  }
  explained_ = out_of_bag.explained(data.outputs);
}

}  // namespace diwan::statistics
