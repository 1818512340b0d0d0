// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/hypervolume_improvement.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "algorithms/space/elementary.hpp"

namespace diwan::gp {
namespace {

/// Terms so much smaller than the greatest are left out: e^-45 is 3e-20.
constexpr double negligible = 45;
constexpr double none = -std::numeric_limits<double>::infinity();

/// ln(e(upper) - e(lower)) = ln e(upper) + ln(1 - r), r = e(lower) / e(upper)
struct Difference {
  double ratio = 0;
  double rest = 1;  ///< 1 - r, of which rounding leaves something
};

Difference difference(const Score& lower, const Score& upper) {
  const double ratio = portable_exp(std::min(0.0, lower.value - upper.value));
  return {.ratio = ratio, .rest = std::max(1 - ratio, 1e-16)};
}

}  // namespace

HypervolumeImprovement::HypervolumeImprovement(std::span<const Box> boxes)
    : thresholds_(boxes.front().upper.size()) {
  for (std::size_t j = 0; j < objectives(); ++j) {
    std::vector<double>& all = thresholds_[j];
    for (const Box& box : boxes) {
      all.push_back(box.upper[j]);
      if (std::isfinite(box.lower[j])) {
        all.push_back(box.lower[j]);
      }
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
  }
  const auto number = [this](std::size_t j, double threshold) {
    const std::vector<double>& all = thresholds_[j];
    return static_cast<std::size_t>(std::lower_bound(all.begin(), all.end(), threshold) -
                                    all.begin());
  };
  for (const Box& box : boxes) {
    for (std::size_t j = 0; j < objectives(); ++j) {
      sides_.push_back({.lower = std::isfinite(box.lower[j]) ? number(j, box.lower[j]) : absent,
                        .upper = number(j, box.upper[j])});
    }
  }
}

std::vector<double> HypervolumeImprovement::terms(const Scores& scores) const {
  const std::size_t count = objectives();
  std::vector<double> result(sides_.size() / count, none);
  double greatest = none;
  for (std::size_t b = 0; b < result.size(); ++b) {
    const std::span<const Side> sides = std::span(sides_).subspan(b * count, count);
    double most = 0;
    for (std::size_t j = 0; j < count; ++j) {
      most += scores[j][sides[j].upper].value;
    }
    if (most < greatest - negligible) {
      continue;
    }
    double rest = 1;
    for (std::size_t j = 0; j < count; ++j) {
      if (sides[j].lower != absent) {
        rest *= difference(scores[j][sides[j].lower], scores[j][sides[j].upper]).rest;
      }
    }
    result[b] = most + portable_log(std::max(rest, 1e-300));
    greatest = std::max(greatest, result[b]);
  }
  return result;
}

HypervolumeImprovement::Value HypervolumeImprovement::operator()(
    std::span<const double> means, std::span<const double> variances) const {
  const std::size_t count = objectives();
  assert(means.size() == count && variances.size() == count);
  // 1 - ln e at every threshold
  Scores scores(count);
  for (std::size_t j = 0; j < count; ++j) {
    for (const double threshold : thresholds_[j]) {
      scores[j].push_back(log_expected_improvement(means[j], variances[j], threshold));
    }
  }
  // 2 - ln of the sum of every box's product
  const std::vector<double> products = terms(scores);
  const double greatest = *std::max_element(products.begin(), products.end());
  double sum = 0;
  for (const double product : products) {
    sum += product < greatest - negligible ? 0 : portable_exp(product - greatest);
  }
  Value result{.value = greatest + portable_log(sum),
               .by_mean = std::vector<double>(count, 0.0),
               .by_variance = std::vector<double>(count, 0.0)};
  // 3 - its derivatives: the product's share times those of ln(e(upper) - e(lower))
  for (std::size_t b = 0; b < products.size(); ++b) {
    if (products[b] < greatest - negligible) {
      continue;
    }
    const double share = portable_exp(products[b] - greatest) / sum;
    for (std::size_t j = 0; j < count; ++j) {
      const Side& side = sides_[b * count + j];
      const Score& upper = scores[j][side.upper];
      const Score lower = side.lower == absent ? Score{} : scores[j][side.lower];
      const Difference by = side.lower == absent ? Difference{} : difference(lower, upper);
      result.by_mean[j] += share / by.rest * (upper.by_mean - by.ratio * lower.by_mean);
      result.by_variance[j] += share / by.rest * (upper.by_variance - by.ratio * lower.by_variance);
    }
  }
  return result;
}

double HypervolumeImprovement::cost() const {
  double thresholds = 0;
  for (const std::vector<double>& all : thresholds_) {
    thresholds += static_cast<double>(all.size());
  }
  return 200 * thresholds + 60 * static_cast<double>(sides_.size());
}

}  // namespace diwan::gp
