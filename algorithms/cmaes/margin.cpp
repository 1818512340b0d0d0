// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/margin.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/space/elementary.hpp"

namespace diwan::cmaes {
namespace {

/// Deviations from the mean beyond which, on one side, lies probability p < 1/2: the root of the
/// chi-squared quantile of 1 - 2p.
double reach(double p) { return -normal_quantile(std::clamp(p, 1e-10, 0.5 - 1e-10)); }

}  // namespace

Margin::Margin(std::size_t dimensions, double least)
    : least_(least), scale_(Eigen::VectorXd::Ones(static_cast<Eigen::Index>(dimensions))) {}

void Margin::correct(const Coding& coding, Evolution& evolution) {
  Eigen::VectorXd mean = evolution.mean();
  for (std::size_t index = 0; index < coding.dimensions(); ++index) {
    if (!coding.stepped(index)) {
      continue;
    }
    const auto j = static_cast<Eigen::Index>(index);
    const double deviation = evolution.sigma() * std::sqrt(evolution.covariance()(j, j));
    const Coding::Borders border = coding.borders(index, mean[j]);
    const double low = normal_cdf((border.lower - mean[j]) / (scale_[j] * deviation));
    const double high = normal_cdf((mean[j] - border.upper) / (scale_[j] * deviation));
    if (border.lower == border.upper) {
      // Values on one side only: they get all of it.
      if (std::min(low, high) < least_) {
        const double away = mean[j] < border.upper ? -1 : 1;
        mean[j] = border.upper + away * scale_[j] * deviation * reach(least_);
      }
      continue;
    }
    // What falls short on one side is taken from the other and from the middle.
    const double middle = 1 - low - high;
    const double least_side = least_ / 2;
    const double raised_low = std::max(low, least_side);
    const double raised_high = std::max(high, least_side);
    const double excess = 1 - raised_low - raised_high - middle;
    const double room = raised_low + middle + raised_high - 3 * least_side;
    const double reach_low = reach(raised_low + excess * (raised_low - least_side) / room);
    const double reach_high = reach(raised_high + excess * (raised_high - least_side) / room);
    scale_[j] = (border.upper - border.lower) / ((reach_low + reach_high) * deviation);
    mean[j] = (border.lower * reach_high + border.upper * reach_low) / (reach_low + reach_high);
  }
  evolution.place(mean);
}

}  // namespace diwan::cmaes
