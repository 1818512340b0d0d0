// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/view/layout.hpp"

#include <algorithm>

namespace diwan::view {
namespace {

constexpr std::size_t summary_rows = 3;
constexpr std::size_t bottom_rows = 2;
constexpr std::size_t least_side_by_side = 64;
constexpr std::size_t gap = 2;

}  // namespace

Layout layout_of(Size size, Beside beside) {
  Layout layout;
  layout.message_row = size.rows - 2;
  layout.keys_row = size.rows - 1;
  constexpr std::size_t least_rows_with_panels = 18;
  const std::size_t panels =
      size.rows < least_rows_with_panels ? 0 : std::clamp<std::size_t>(size.rows / 3, 6, 16);
  Area panel{summary_rows, 0, panels, size.columns};
  if (size.columns >= least_side_by_side && beside != Beside::nothing) {
    layout.curve = panel;
    layout.curve.columns = std::min<std::size_t>(size.columns * 2 / 5, 60) + 2;
    layout.running = panel;
    layout.running.column = layout.curve.columns + gap;
    layout.running.columns = size.columns - layout.running.column;
  } else {
    (beside == Beside::runs ? layout.running : layout.curve) = panel;
  }
  layout.table = {summary_rows + panels, 0, size.rows - summary_rows - panels - bottom_rows,
                  size.columns};
  return layout;
}

DetailsLayout details_layout(Size size, std::size_t parameter_lines) {
  DetailsLayout layout;
  const std::size_t below_title = 3;
  const std::size_t room = size.rows - below_title - bottom_rows;
  layout.parameter_rows = std::min(parameter_lines, std::max<std::size_t>(room / 4, 1));
  std::size_t row = below_title + layout.parameter_rows;
  std::size_t left = room - layout.parameter_rows;
  const std::size_t panel = left < 10 ? 0 : std::clamp<std::size_t>(left / 2, 5, 14);
  if (panel > 0 && size.columns >= least_side_by_side) {
    const std::size_t metrics = std::min<std::size_t>(size.columns / 2, 50);
    layout.curve = {row, 0, panel, size.columns - metrics - gap};
    layout.metrics = {row, size.columns - metrics, panel, metrics};
  } else if (panel > 0) {
    layout.curve = {row, 0, panel, size.columns};
  }
  row += panel;
  left -= panel;
  layout.log = {row, 0, left, size.columns};
  return layout;
}

std::size_t text_rows(Size size) { return size.rows - 2 - bottom_rows; }

std::size_t first_row(std::size_t index, std::size_t count, std::size_t shown) {
  const std::size_t most = count > shown ? count - shown : 0;
  return std::min(index > shown / 2 ? index - shown / 2 : 0, most);
}

}  // namespace diwan::view
