// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/hypervolume_improvement.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>

#include "algorithms/space/elementary.hpp"
#include "algorithms/space/elementary_inline.hpp"
#include "algorithms/space/widest_vectors.hpp"

namespace diwan::gp {
namespace {

/// Terms so much smaller than the greatest are left out: e^-36 is 2e-16.
constexpr double negligible = 36;

/// Not less than ln e at each threshold: h(z) is at most phi(z) left of 0 and phi(0) + z right.
DIWAN_WIDEST_VECTORS void write_bounds(double mean, double inverse, double log_deviation,
                                       const double* thresholds, double* out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const double z = (thresholds[i] - mean) * inverse;
    const double left = z < 0 ? z : 0;
    const double right = z > 0 ? z : 0;
    out[i] = log_deviation + inlined::log(0.4 + right) - 0.5 * left * left;
  }
}

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

HypervolumeImprovement::Scores::Scores(double mean, double variance,
                                       const std::vector<double>& thresholds)
    : mean_(mean),
      variance_(variance),
      thresholds_(thresholds),
      bounds_(thresholds.size()),
      exact_(thresholds.size()) {
  const double deviation = std::sqrt(variance);
  write_bounds(mean, 1 / deviation, portable_log(deviation), thresholds.data(), bounds_.data(),
               thresholds.size());
}

const Score& HypervolumeImprovement::Scores::at(std::size_t threshold) {
  std::optional<Score>& score = exact_[threshold];
  if (!score) {
    score = log_expected_improvement(mean_, variance_, thresholds_[threshold]);
  }
  return *score;
}

double HypervolumeImprovement::term(std::size_t box, std::vector<Scores>& scores) const {
  double most = 0;
  double rest = 1;
  for (std::size_t j = 0; j < objectives(); ++j) {
    const Side& side = sides_[box * objectives() + j];
    most += scores[j].at(side.upper).value;
    if (side.lower != absent) {
      rest *= difference(scores[j].at(side.lower), scores[j].at(side.upper)).rest;
    }
  }
  return most + portable_log(std::max(rest, 1e-300));
}

std::vector<HypervolumeImprovement::Term> HypervolumeImprovement::terms(
    std::vector<Scores>& scores) const {
  const std::size_t count = objectives();
  std::vector<double> bounds(sides_.size() / count);
  std::size_t first = 0;
  for (std::size_t b = 0; b < bounds.size(); ++b) {
    for (std::size_t j = 0; j < count; ++j) {
      bounds[b] += scores[j].bound(sides_[b * count + j].upper);
    }
    first = bounds[b] > bounds[first] ? b : first;
  }
  double greatest = term(first, scores);
  std::vector<Term> kept;
  for (std::size_t b = 0; b < bounds.size(); ++b) {
    if (b == first || bounds[b] >= greatest - negligible) {
      kept.push_back({.box = b, .value = term(b, scores)});
      greatest = std::max(greatest, kept.back().value);
    }
  }
  std::erase_if(kept, [&](const Term& one) { return one.value < greatest - negligible; });
  return kept;
}

HypervolumeImprovement::Value HypervolumeImprovement::operator()(
    std::span<const double> means, std::span<const double> variances) const {
  const std::size_t count = objectives();
  assert(means.size() == count && variances.size() == count);
  // 1 - ln e at the thresholds
  std::vector<Scores> scores;
  for (std::size_t j = 0; j < count; ++j) {
    scores.emplace_back(means[j], variances[j], thresholds_[j]);
  }
  // 2 - ln of the sum of every box's product
  const std::vector<Term> products = terms(scores);
  const double greatest =
      std::max_element(products.begin(), products.end(), [](const Term& a, const Term& b) {
        return a.value < b.value;
      })->value;
  double sum = 0;
  for (const Term& product : products) {
    sum += portable_exp(product.value - greatest);
  }
  Value result{.value = greatest + portable_log(sum),
               .by_mean = std::vector<double>(count, 0.0),
               .by_variance = std::vector<double>(count, 0.0)};
  // 3 - its derivatives: the product's share times those of ln(e(upper) - e(lower))
  for (const Term& product : products) {
    const double share = portable_exp(product.value - greatest) / sum;
    for (std::size_t j = 0; j < count; ++j) {
      const Side& side = sides_[product.box * count + j];
      const Score& upper = scores[j].at(side.upper);
      const Score lower = side.lower == absent ? Score{} : scores[j].at(side.lower);
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
  // Bounds of them all, and the exact value of some dozens.
  return 10'000 + 10 * thresholds + 5 * static_cast<double>(sides_.size());
}

}  // namespace diwan::gp
