// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/view/chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace diwan::view {
namespace {

std::string number_text(double value, int digits) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.*g", digits, value);
  return {text.data(), static_cast<std::size_t>(length)};
}

/// Top and bottom of a scale, with as many digits as it takes to tell them apart.
std::array<std::string, 2> scale_labels(double high, double low) {
  for (int digits = 3; digits < 7; ++digits) {
    if (number_text(high, digits) != number_text(low, digits)) {
      return {number_text(high, digits), number_text(low, digits)};
    }
  }
  return {number_text(high, 7), number_text(low, 7)};
}

struct Range {
  double low = 0;
  double high = 0;
};

/// Dots of a chart, which a cell may hold several of. Rows from the top.
class Dots {
 public:
  Dots(std::size_t rows, std::size_t columns) : columns_(columns), set_(rows * columns) {}
  void set(std::size_t row, std::size_t column) { set_[row * columns_ + column] = true; }
  bool at(std::size_t row, std::size_t column) const { return set_[row * columns_ + column]; }

 private:
  std::size_t columns_;
  std::vector<bool> set_;
};

/// Value of the curve at x, which lies between the first and the last point.
double value_at(const std::vector<ChartPoint>& points, double x, bool stairs) {
  const auto after = std::ranges::upper_bound(points, x, {}, &ChartPoint::x);
  if (after == points.begin()) {
    return points.front().y;
  }
  const ChartPoint& before = *std::prev(after);
  if (after == points.end() || stairs || after->x <= before.x) {
    return before.y;
  }
  return before.y + (after->y - before.y) * (x - before.x) / (after->x - before.x);
}

/// The curve as dots: one a column, and those between it and the next column's.
Dots dots_of(const std::vector<ChartPoint>& points, bool stairs, const Range& range,
             std::size_t rows, std::size_t columns) {
  Dots dots(rows, columns);
  const double x_low = points.front().x;
  const double x_high = points.back().x;
  const double height = range.high - range.low;
  const auto row_of = [&](double y) {
    const double share = height > 0 ? (range.high - y) / height : 0.5;
    return static_cast<std::size_t>(std::lround(share * static_cast<double>(rows - 1)));
  };
  std::size_t before = row_of(points.front().y);
  for (std::size_t c = 0; c < columns; ++c) {
    const double share =
        columns > 1 ? static_cast<double>(c) / static_cast<double>(columns - 1) : 0;
    const std::size_t row = row_of(value_at(points, x_low + (x_high - x_low) * share, stairs));
    for (std::size_t r = std::min(row, before); r <= std::max(row, before); ++r) {
      dots.set(r, c);
    }
    before = row;
  }
  return dots;
}

void draw_braille(Canvas& canvas, const Area& area, const Dots& dots) {
  // Unicode's numbers of the dots of a cell, by row and column.
  constexpr std::array<std::array<char32_t, 2>, 4> bits = {
      {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};
  for (std::size_t r = 0; r < area.rows; ++r) {
    for (std::size_t c = 0; c < area.columns; ++c) {
      char32_t dots_here = 0;
      for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t j = 0; j < 2; ++j) {
          dots_here |= dots.at(4 * r + i, 2 * c + j) ? bits[i][j] : 0;
        }
      }
      if (dots_here != 0) {
        canvas.fill(area.row + r, area.column + c, 1, 0x2800U + dots_here, Style::accent);
      }
    }
  }
}

void draw_coarse(Canvas& canvas, const Area& area, const Dots& dots, Drawing drawing) {
  const char32_t dot = drawing == Drawing::ascii ? U'*' : U'▪';
  for (std::size_t r = 0; r < area.rows; ++r) {
    for (std::size_t c = 0; c < area.columns; ++c) {
      if (dots.at(r, c)) {
        canvas.fill(area.row + r, area.column + c, 1, dot, Style::accent);
      }
    }
  }
}

}  // namespace

void draw_chart(Canvas& canvas, const Area& area, const Chart& chart, Drawing drawing) {
  if (area.rows < 3 || area.columns < 16 || chart.points.empty()) {
    return;
  }
  std::vector<ChartPoint> points = chart.points;
  const auto [low, high] = std::ranges::minmax(points, {}, &ChartPoint::y);
  const std::array<std::string, 2> labels = scale_labels(high.y, low.y);
  const std::size_t label_columns =
      std::min<std::size_t>(std::max(labels[0].size(), labels[1].size()) + 2, 14);
  Range range{low.y, high.y};
  if (chart.logarithmic && low.y > 0) {
    std::ranges::for_each(points, [](ChartPoint& point) { point.y = std::log10(point.y); });
    range = {std::log10(range.low), std::log10(range.high)};
  }
  const Area plot{area.row, area.column + label_columns + 1, area.rows - 1,
                  area.columns - label_columns - 1};
  const std::size_t axis = area.column + label_columns;
  const char32_t line = drawing == Drawing::ascii ? U'|' : U'│';
  for (std::size_t r = 0; r < plot.rows; ++r) {
    canvas.fill(area.row + r, axis, 1, line, Style::dim);
  }
  const bool flat = range.low == range.high;
  const std::size_t top = flat ? plot.rows / 2 : 0;
  canvas.put_before(area.row + top, axis, labels[0] + " ", Style::plain, label_columns);
  if (!flat) {
    canvas.put_before(area.row + plot.rows - 1, axis, labels[1] + " ", Style::plain, label_columns);
  }
  const bool fine = drawing == Drawing::braille;
  const std::size_t by_row = fine ? 4 : 1;
  const std::size_t by_column = fine ? 2 : 1;
  const Dots dots =
      dots_of(points, chart.stairs, range, plot.rows * by_row, plot.columns * by_column);
  if (fine) {
    draw_braille(canvas, plot, dots);
  } else {
    draw_coarse(canvas, plot, dots, drawing);
  }
  const std::size_t below = area.row + area.rows - 1;
  canvas.put(below, plot.column, chart.first, Style::dim, plot.columns / 2);
  canvas.put_before(below, plot.column + plot.columns, chart.last, Style::dim, plot.columns / 2);
}

std::string sparkline(const std::vector<double>& values, std::size_t columns, Drawing drawing) {
  // Without the full block, which would join the one in the line above.
  constexpr std::array<const char*, 7> blocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇"};
  constexpr std::array<const char*, 4> strokes = {"_", ".", "-", "'"};
  if (values.empty() || columns == 0) {
    return {};
  }
  const auto [low, high] = std::ranges::minmax(values);
  const std::size_t shown = std::min(columns, values.size());
  const std::size_t levels = drawing == Drawing::ascii ? strokes.size() : blocks.size();
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    // All of the curve, in as many columns as there are.
    const std::size_t place = shown > 1 ? i * (values.size() - 1) / (shown - 1) : 0;
    const double share = high > low ? (values[place] - low) / (high - low) : 0.5;
    const auto level =
        std::min(static_cast<std::size_t>(share * static_cast<double>(levels)), levels - 1);
    text += drawing == Drawing::ascii ? strokes[level] : blocks[level];
  }
  return text;
}

std::string progress_bar(double share, std::size_t columns, Drawing drawing) {
  constexpr std::array<const char*, 8> parts = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double filled = std::clamp(share, 0.0, 1.0) * static_cast<double>(columns);
  const auto whole = static_cast<std::size_t>(filled);
  std::string text;
  for (std::size_t i = 0; i < whole; ++i) {
    text += drawing == Drawing::ascii ? "#" : "█";
  }
  std::size_t used = whole;
  if (drawing != Drawing::ascii && whole < columns) {
    const char* part = parts[static_cast<std::size_t>((filled - std::floor(filled)) * 8)];
    text += part;
    used += *part != '\0' ? 1 : 0;
  }
  for (; used < columns; ++used) {
    text += drawing == Drawing::ascii ? "." : "░";
  }
  return text;
}

}  // namespace diwan::view
