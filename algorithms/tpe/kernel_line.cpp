// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/kernel_line.hpp"

#include <algorithm>

#include "algorithms/space/elementary.hpp"

namespace diwan {

KernelLine::KernelLine(const Axis& axis, const ParzenOptions& options)
    : lower_(axis.lower()),
      upper_(axis.upper()),
      prior_centre_(axis.normal() ? axis.mean() : 0.5 * (axis.lower() + axis.upper())),
      prior_deviation_(axis.normal() ? axis.deviation() : axis.width()),
      cells_(axis.count().has_value()),
      options_(options) {}

double KernelLine::least_deviation(std::size_t n) const {
  const double width = upper_ - lower_;
  const auto size = static_cast<double>(n);
  if (options_.floor == ParzenOptions::Floor::magic_clip) {
    return width / std::min(100.0, 2 + size);
  }
  return width * std::max(0.03, 1 / ((2 + size) * (2 + size)));
}

double KernelLine::deviation(double centre, const Neighbours& neighbours, double least) const {
  double left = neighbours.left.value_or(lower_);
  double right = neighbours.right.value_or(upper_);
  bool use_left = neighbours.left || options_.endpoints || !neighbours.right;
  bool use_right = neighbours.right || options_.endpoints || !neighbours.left;
  if (options_.prior_is_neighbour) {
    if (prior_centre_ < centre && prior_centre_ > left) {
      left = prior_centre_;
      use_left = true;
    } else if (prior_centre_ > centre && prior_centre_ < right) {
      right = prior_centre_;
      use_right = true;
    }
  }
  const double gap = std::max(use_left ? centre - left : 0, use_right ? right - centre : 0);
  return std::clamp(gap, least, upper_ - lower_);
}

KernelLine::Span KernelLine::span(double centre, double inverse) const {
  return {.below = normal_cdf((lower_ - centre) * inverse),
          .above = normal_cdf((upper_ - centre) * inverse)};
}

double KernelLine::sample(Draw& draw, double centre, double deviation, const Span& span) const {
  // Never 0 or 1, whose quantiles are infinite.
  const double p = std::clamp(span.below + draw.uniform() * span.mass(), 1e-300, 1 - 0x1p-53);
  return std::clamp(centre + deviation * normal_quantile(p), lower_, upper_);
}

}  // namespace diwan
