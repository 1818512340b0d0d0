// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <vector>

#include "driver/view/canvas.hpp"
#include "driver/view/glyphs.hpp"

namespace diwan::view {

struct ChartPoint {
  double x = 0;
  double y = 0;
};

/// What a chart shows.
struct Chart {
  std::vector<ChartPoint> points;  ///< by x
  bool stairs = false;             ///< a value holds until the next one
  bool logarithmic = false;        ///< ignored where a value is not above 0
  std::string first;               ///< what stands below its left and right end
  std::string last;
};

/// Draws it with a scale at its left. Needs 3 rows and 16 columns to show anything.
void draw_chart(Canvas& canvas, const Area& area, const Chart& chart, Drawing drawing);

/// The last values of a curve as small bars, at most `columns` of them, by their own range.
std::string sparkline(const std::vector<double>& values, std::size_t columns, Drawing drawing);

/// A share of a whole as a bar of that width.
std::string progress_bar(double share, std::size_t columns, Drawing drawing);

}  // namespace diwan::view
