// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "driver/core/event.hpp"

namespace diwan {

struct CurvePoint {
  std::int64_t step = 0;
  double value = 0;
  bool operator==(const CurvePoint&) const = default;
};

/// At most `most` of a curve's points, the first and the last among them: of each stretch the one
/// that spans the largest triangle with the point kept before it and the mean of the stretch after
/// [Steinarsson 2013, largest triangle three buckets], so that peaks stay. Steps ascend. `most` is
/// at least 2.
std::vector<CurvePoint> thinned(const std::vector<CurvePoint>& points, std::size_t most);

/// The curves of all metrics of all trials, over their attempts as docs/journal.md joins them:
/// where the source gives steps, a later attempt replaces from its first step on; otherwise the
/// last one counts alone. Holds a bounded number of points a curve, whatever was reported.
class CurveBook {
 public:
  /// Takes each record, in order.
  void take(const Record& record);

  /// By metric and trial; steps ascend, values are finite.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<CurvePoint>> curves() const;

 private:
  struct Book {
    std::vector<CurvePoint> points;
    std::uint32_t attempt = 0;
    bool own_steps = false;
  };
  void take(const Observed& batch);

  std::map<std::pair<std::uint32_t, std::uint32_t>, Book> books_;
};

}  // namespace diwan
