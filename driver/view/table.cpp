// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>

#include "driver/core/counted.hpp"
#include "driver/results/best.hpp"
#include "driver/view/layout.hpp"
#include "driver/view/parts.hpp"
#include "driver/view/rows.hpp"
#include "driver/view/words.hpp"

namespace diwan::view {
namespace {

/// A column of the table that is shown.
struct Shown {
  Column column;
  std::string heading;
  bool right = false;  ///< cells end below each other
  std::size_t columns = 0;
  std::vector<std::string> cells;
};

/// All columns with what they show of these trials. The one sorted by comes before the other
/// parameters, so that it is seen.
std::vector<Shown> shown_columns(const Loaded& loaded, const State& state,
                                 const std::vector<std::uint32_t>& trials, Drawing drawing) {
  const std::size_t mark_columns = drawing == Drawing::ascii ? 2 : 1;
  constexpr std::size_t widest = 14;
  std::vector<Column> columns = table_columns(loaded);
  const auto parameters = std::ranges::find(columns, Column::Kind::parameter, &Column::kind);
  const auto hidden = std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(state.first_parameter),
                                               columns.end() - parameters);
  std::rotate(parameters, parameters + hidden, columns.end());
  const auto sorted = std::find(parameters, columns.end(), state.sort);
  if (sorted != columns.end()) {
    std::rotate(parameters, sorted, std::next(sorted));
  }
  std::vector<Shown> all;
  for (const Column& column : columns) {
    Shown shown{.column = column,
                .heading = heading_of(loaded, column),
                .right = is_numeric(loaded, column),
                .columns = 0,
                .cells = {}};
    shown.columns = columns_of(shown.heading) + (column == state.sort ? mark_columns : 0);
    for (const std::uint32_t number : trials) {
      // What is longer is cut; to look at all of 100 kB for each frame is of no use.
      shown.cells.push_back(cell_of(loaded, column, loaded.experiment.trial(number)));
      if (shown.cells.back().size() > 8 * widest) {
        shown.cells.back().resize(8 * widest);
      }
      shown.columns = std::max(shown.columns, columns_of(shown.cells.back()));
    }
    shown.columns = std::min(shown.columns, widest);
    all.push_back(std::move(shown));
  }
  return all;
}

void draw_headings(Canvas& canvas, std::size_t row, std::size_t column, const Shown& shown,
                   const State& state, Drawing drawing) {
  const bool sorted = shown.column == state.sort;
  // The objective is best first, whichever way that is.
  const bool down = (shown.column.kind == Column::Kind::metric ||
                     shown.column.kind == Column::Kind::time) != state.reversed;
  const std::string mark = !sorted                     ? ""
                           : drawing == Drawing::ascii ? (down ? " v" : " ^")
                                                       : (down ? "▾" : "▴");
  const Style style = sorted ? Style::strong : Style::dim;
  const std::size_t room = shown.columns - columns_of(mark);
  if (shown.right) {
    const std::size_t end = column + shown.columns;
    canvas.put_before(row, canvas.put_before(row, end, mark, style), shown.heading, style, room);
  } else {
    canvas.put(row, canvas.put(row, column, shown.heading, style, room), mark, style);
  }
}

std::string table_heading(const Loaded& loaded, const State& state, std::size_t count) {
  const std::size_t all = loaded.experiment.trials().size();
  std::string text = counted(all, "trial");
  if (!state.filter.empty()) {
    text = std::to_string(count) + " of " + text + " with " + state.filter;
  }
  return text;
}

}  // namespace

void draw_table(Canvas& canvas, const Area& area, const Scene& scene, const State& state,
                Drawing drawing) {
  const Loaded& loaded = scene.loaded;
  const std::vector<std::uint32_t> rows = rows_of(loaded, state);
  draw_heading(canvas, area, table_heading(loaded, state, rows.size()), drawing);
  if (rows.empty()) {
    const bool none = loaded.experiment.trials().empty();
    canvas.put(area.row + 1, area.column + 2,
               none ? "no trial yet" : "no trial fits the filter; Esc takes it away", Style::dim);
    return;
  }
  const std::size_t room = area.rows - 2;
  const auto selected = std::ranges::find(rows, selected_trial(scene, state));
  const auto index = static_cast<std::size_t>(selected == rows.end() ? 0 : selected - rows.begin());
  const std::size_t first = first_row(index, rows.size(), room);
  const std::size_t last = std::min(first + room, rows.size());
  const std::vector<std::uint32_t> visible(rows.begin() + static_cast<std::ptrdiff_t>(first),
                                           rows.begin() + static_cast<std::ptrdiff_t>(last));
  std::size_t column = area.column + 1;
  const std::size_t end = area.column + area.columns;
  const std::optional<std::uint32_t> best = best_trial(loaded);
  for (const Shown& shown : shown_columns(loaded, state, visible, drawing)) {
    // What is cut may be a text; half a number says something else.
    const std::size_t least = shown.right ? shown.columns : std::min<std::size_t>(shown.columns, 8);
    if (column + least > end) {
      break;
    }
    Shown fitting = shown;
    fitting.columns = std::min(shown.columns, end - column);
    draw_headings(canvas, area.row + 1, column, fitting, state, drawing);
    for (std::size_t i = 0; i < visible.size(); ++i) {
      const Trial& trial = loaded.experiment.trial(visible[i]);
      const bool is_best = best == trial.number;
      const bool status = shown.column.kind == Column::Kind::status;
      const Style style = status || trial.status == TrialStatus::killed ? status_style(trial)
                          : is_best && shown.column.kind != Column::Kind::parameter ? Style::good
                                                                                    : Style::plain;
      const std::size_t row = area.row + 2 + i;
      if (shown.right) {
        canvas.put_before(row, column + fitting.columns, shown.cells[i], style, fitting.columns);
      } else {
        canvas.put(row, column, shown.cells[i], style, fitting.columns);
      }
    }
    column += fitting.columns + 2;
  }
  canvas.paint(area.row + 2 + index - first, area.column, area.columns, Style::selected);
  if (rows.size() > room) {
    canvas.put_before(area.row, end - 1,
                      " " + std::to_string(first + 1) + "-" + std::to_string(last) + " ",
                      Style::dim);
  }
}

}  // namespace diwan::view
