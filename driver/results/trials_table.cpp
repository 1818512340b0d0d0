// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "driver/results/duration_text.hpp"
#include "driver/results/row.hpp"
#include "driver/results/trials.hpp"
#include "driver/spec/given.hpp"
#include "driver/spec/nas.hpp"

namespace diwan {
namespace {

/// The reason up to its figures: "medianstop at step 4"; JSON has all of it.
std::string reason_in_short(const Trial& trial) {
  constexpr std::size_t most_columns = 24;
  const std::string& reason = reason_of(trial);
  return cut_to(reason.substr(0, reason.find(": ")), most_columns);
}

std::string short_text(double value) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.4g", value);
  return {text.data(), static_cast<std::size_t>(length)};
}

constexpr std::size_t gap = 2;  ///< between the columns of a table

/// One of the table, with a cell for each trial.
struct Column {
  std::string heading;
  Table::Align align = Table::Align::left;
  std::vector<std::string> cells = {};
  std::size_t widest = 0;  ///< cell

  std::size_t natural() const { return std::max(widest, width_of(printable(heading))); }
  std::size_t least() const { return Table::least_width(printable(heading), widest, align); }
  std::size_t filled() const {
    return cells.size() - static_cast<std::size_t>(std::ranges::count(cells, std::string()));
  }
  void cut(std::size_t columns) {
    for (std::string& cell : cells) {
      cell = cut_to(cell, columns);
    }
    widest = std::min(widest, columns);
  }
};

template <class CellOf>
Column column_of(std::string heading, Table::Align align, const std::vector<const Trial*>& trials,
                 const CellOf& cell_of) {
  Column column{.heading = std::move(heading), .align = align};
  column.cells.reserve(trials.size());
  for (const Trial* trial : trials) {
    column.cells.push_back(printable(cell_of(*trial)));
    column.widest = std::max(column.widest, width_of(column.cells.back()));
  }
  return column;
}

/// Those that are always there.
std::vector<Column> leading_columns(const Loaded& loaded, const std::vector<const Trial*>& trials) {
  using Align = Table::Align;
  std::vector<Column> columns;
  columns.push_back(column_of("#", Align::right, trials,
                              [](const Trial& trial) { return std::to_string(trial.number); }));
  columns.push_back(column_of("TRIAL", Align::left, trials, [&](const Trial& trial) {
    const std::string prefix = loaded.spec.name + "-";
    return trial.name.starts_with(prefix) ? trial.name.substr(prefix.size()) : trial.name;
  }));
  columns.push_back(column_of("STATUS", Align::whole, trials, [](const Trial& trial) {
    return std::string(to_string(trial.status));
  }));
  const Rules& rules = loaded.experiment.rules();
  for (std::size_t i = 0; i < rules.directions.size(); ++i) {
    columns.push_back(
        column_of(rules.metrics[i].name, Align::right, trials, [&](const Trial& trial) {
          constexpr std::size_t most_columns = 24;  // of a text
          return cut_to(cell_text(objective_value(loaded.experiment, trial, i)), most_columns);
        }));
  }
  columns.push_back(column_of("TIME", Align::right, trials, [&](const Trial& trial) {
    return trial.start ? duration_text(seconds_of(loaded, trial)) : std::string("-");
  }));
  return columns;
}

/// The values of a parameter as trials are given it, of reals four digits where the page has an
/// end.
Column parameter_column(const std::string& name, std::size_t parameter,
                        const std::vector<const Trial*>& trials, const std::vector<Given>& given,
                        const Page& page, bool architectures) {
  const bool is_short = page.columns != std::numeric_limits<std::size_t>::max();
  Table::Align align = Table::Align::left;
  std::size_t next = 0;
  Column column = column_of(name, align, trials, [&](const Trial& /*trial*/) {
    const Given& of = given[next++];
    const auto& values = of.assignment().values;
    const double value = parameter < values.size() ? values[parameter] : Assignment::inactive;
    if (std::isnan(value)) {
      return std::string("-");
    }
    const Domain& domain = of.space().parameters()[parameter].domain;
    if (!std::holds_alternative<Categorical>(domain)) {
      align = Table::Align::right;
    }
    if (std::holds_alternative<Real>(domain)) {
      return is_short ? short_text(value) : cell_text(value);
    }
    std::string text = of.space().text(parameter, value);
    if (is_short && architectures) {
      std::erase(text, ' ');
    }
    return text;
  });
  column.align = align;
  return column;
}

Column reason_column(const std::vector<const Trial*>& trials) {
  return column_of("WHY", Table::Align::whole, trials, reason_in_short);
}

/// What is left of the page for one more column where these are as wide as `width` says.
std::size_t room_beside(const std::vector<Column>& columns, std::size_t (Column::*width)() const,
                        const Page& page) {
  std::size_t room = page.columns;
  for (const Column& column : columns) {
    room -= std::min(room, (column.*width)() + gap);
  }
  return room;
}

Table table_of(const std::vector<Column>& columns, std::size_t rows) {
  Table table;
  for (const Column& column : columns) {
    table.column(column.heading, column.align);
  }
  for (std::size_t row = 0; row < rows; ++row) {
    std::vector<std::string> cells;
    cells.reserve(columns.size());
    for (const Column& column : columns) {
      cells.push_back(column.cells[row]);
    }
    table.row(std::move(cells));
  }
  return table;
}

}  // namespace

std::string trials_table(const Loaded& loaded, const std::vector<const Trial*>& trials,
                         const Page& page) {
  std::vector<Column> columns = leading_columns(loaded, trials);
  Column reasons = reason_column(trials);
  const std::size_t least_reason = std::min<std::size_t>(reasons.widest, 13);  // "exit status 3"
  // Where most trials have a reason it is what is looked for: parameters are left out for it.
  const bool mostly_reasons = 2 * reasons.filled() > trials.size();
  const std::size_t kept_free = mostly_reasons ? least_reason + gap : 0;
  std::string left_out;
  const auto leave_out = [&](const std::string& heading) {
    left_out += (left_out.empty() ? "" : ", ") + heading;
  };
  std::vector<Given> given;
  given.reserve(trials.size());
  for (const Trial* trial : trials) {
    given.emplace_back(loaded.spec, trial->assignment);
  }
  std::vector<std::string> names = given_names(loaded.spec);
  if (searches_architectures(loaded.spec)) {
    names.resize(1);  // the other is the same, and what stands in the file, at length
  }
  for (std::size_t p = 0; p < names.size(); ++p) {
    Column column =
        parameter_column(names[p], p, trials, given, page, searches_architectures(loaded.spec));
    if (column.least() + kept_free <= room_beside(columns, &Column::least, page)) {
      columns.push_back(std::move(column));
    } else {
      leave_out(column.heading);
    }
  }
  if (reasons.filled() > 0 && least_reason <= room_beside(columns, &Column::least, page)) {
    reasons.cut(std::max(room_beside(columns, &Column::natural, page), least_reason));
    columns.push_back(std::move(reasons));
  } else if (reasons.filled() > 0) {
    leave_out(reasons.heading);
  }
  std::string text = table_of(columns, trials.size()).text(page);
  if (!left_out.empty()) {
    text +=
        wrap_to("no room for " + printable(left_out) + " (-o csv has all)", page.columns, 2) + "\n";
  }
  return text;
}

}  // namespace diwan
