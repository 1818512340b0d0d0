// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>

#include "driver/view/canvas.hpp"

namespace diwan::view {

/// The least that anything can be shown in.
constexpr Size smallest{.rows = 10, .columns = 40};

/// Where the parts of the overview are, from the top: three lines of what counts, curve and running
/// trials side by side, the table, a line for messages, a line of keys.
struct Layout {
  Area curve;    ///< without rows where there is no room for it, as `running`
  Area running;  ///< the first row of each is its heading
  Area table;    ///< the first two rows are headings
  std::size_t message_row = 0;
  std::size_t keys_row = 0;

  std::size_t table_rows() const { return table.rows - 2; }
};
/// What is there to be shown beside the curve.
enum class Beside {
  nothing,  ///< nobody runs it: the curve has the whole width
  maybe,    ///< nothing runs just now: where it is narrow there is the curve
  runs      ///< where it is narrow there is what runs
};
Layout layout_of(Size size, Beside beside);

/// Where the parts of a trial's details are.
struct DetailsLayout {
  std::size_t parameter_rows = 0;  ///< from row 3 on
  Area curve;                      ///< with its heading, as the others
  Area metrics;
  Area log;
};
DetailsLayout details_layout(Size size, std::size_t parameter_lines);

/// Rows of a page that holds text alone, and of the log in details.
std::size_t text_rows(Size size);

/// The first of so many rows to show, so that the one at `index` is seen.
std::size_t first_row(std::size_t index, std::size_t count, std::size_t shown);

}  // namespace diwan::view
