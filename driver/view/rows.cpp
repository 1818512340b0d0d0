// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/view/rows.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "driver/results/duration_text.hpp"
#include "driver/results/row.hpp"
#include "driver/spec/nas.hpp"
#include "driver/view/filter.hpp"
#include "driver/view/words.hpp"

namespace diwan::view {
namespace {

/// What a trial is sorted by: number or text, smallest first; nothing comes last.
struct Rank {
  bool none = false;
  double number = 0;
  std::string text;
  std::uint32_t trial = 0;
};

Rank numbered(std::optional<double> value) {
  return {.none = !value, .number = value.value_or(0), .text = {}, .trial = 0};
}

bool is_maximized(const Loaded& loaded, std::size_t metric) {
  const auto& directions = loaded.experiment.rules().directions;
  return metric < directions.size() && directions[metric] == Direction::maximize;
}

Rank rank_of(const Loaded& loaded, const Column& column, const Trial& trial) {
  switch (column.kind) {
    case Column::Kind::status:
      return {.none = false, .number = 0, .text = std::string(status_word(trial)), .trial = 0};
    case Column::Kind::metric: {
      Rank rank = numbered(metric_of(loaded.experiment, trial, column.index));
      // A trial that failed has values, but no result.
      rank.none =
          rank.none || trial.status == TrialStatus::failed || trial.status == TrialStatus::killed;
      rank.number = is_maximized(loaded, column.index) ? -rank.number : rank.number;
      return rank;
    }
    case Column::Kind::time:
      return numbered(trial.start ? std::optional(-seconds_of(loaded, trial)) : std::nullopt);
    case Column::Kind::host:
      return {.none = trial.host.empty(), .number = 0, .text = place_of(trial), .trial = 0};
    case Column::Kind::parameter: {
      const auto& values = trial.assignment.values;
      const bool none = column.index >= values.size() || std::isnan(values[column.index]);
      return numbered(none ? std::nullopt : std::optional(values[column.index]));
    }
    case Column::Kind::number:
      break;
  }
  return numbered(trial.number);
}

}  // namespace

std::vector<std::uint32_t> rows_of(const Loaded& loaded, const State& state) {
  const Filter filter(state.filter);
  std::vector<Rank> ranks;
  for (const Trial& trial : loaded.experiment.trials()) {
    if (filter.empty() || filter.admits(loaded, trial)) {
      ranks.push_back(rank_of(loaded, state.sort, trial));
      ranks.back().trial = trial.number;
    }
  }
  std::ranges::stable_sort(ranks, [&](const Rank& left, const Rank& right) {
    if (left.none != right.none) {
      return right.none;
    }
    if (left.none) {
      return false;
    }
    const auto less = [](const Rank& a, const Rank& b) {
      return std::pair(a.number, std::string_view(a.text)) <
             std::pair(b.number, std::string_view(b.text));
    };
    return state.reversed ? less(right, left) : less(left, right);
  });
  std::vector<std::uint32_t> rows;
  rows.reserve(ranks.size());
  std::ranges::transform(ranks, std::back_inserter(rows), &Rank::trial);
  return rows;
}

std::vector<Column> table_columns(const Loaded& loaded) {
  std::vector<Column> columns = {{Column::Kind::number, 0}, {Column::Kind::status, 0}};
  const std::size_t objectives =
      std::max<std::size_t>(loaded.experiment.rules().directions.size(), 1);
  for (std::size_t m = 0; m < objectives; ++m) {
    columns.push_back({Column::Kind::metric, m});
  }
  columns.push_back({Column::Kind::time, 0});
  columns.push_back({Column::Kind::host, 0});
  for (const std::size_t p : tabulated_parameters(loaded.spec)) {
    columns.push_back({Column::Kind::parameter, p});
  }
  for (std::size_t m = objectives; m < loaded.experiment.rules().metrics.size(); ++m) {
    columns.push_back({Column::Kind::metric, m});
  }
  return columns;
}

std::string heading_of(const Loaded& loaded, const Column& column) {
  switch (column.kind) {
    case Column::Kind::status:
      return "status";
    case Column::Kind::metric:
      return loaded.experiment.rules().metrics.at(column.index).name;
    case Column::Kind::time:
      return "time";
    case Column::Kind::host:
      return "host";
    case Column::Kind::parameter:
      return loaded.spec.space.parameters().at(column.index).name;
    case Column::Kind::number:
      break;
  }
  return "#";
}

std::string cell_of(const Loaded& loaded, const Column& column, const Trial& trial) {
  switch (column.kind) {
    case Column::Kind::status:
      return std::string(status_word(trial));
    case Column::Kind::metric: {
      const auto value = metric_of(loaded.experiment, trial, column.index);
      if (!value && column.index == 0 && loaded.experiment.text_objective(trial)) {
        return trial.metrics.front().latest_text;
      }
      return value ? brief_number(*value) : "-";
    }
    case Column::Kind::time:
      return trial.start ? duration_text(seconds_of(loaded, trial)) : "-";
    case Column::Kind::host:
      return trial.host.empty() ? "-" : place_of(trial);
    case Column::Kind::parameter: {
      const auto& values = trial.assignment.values;
      if (column.index >= values.size() || std::isnan(values[column.index])) {
        return "-";
      }
      const double value = values[column.index];
      const Parameter& parameter = loaded.spec.space.parameters()[column.index];
      return std::holds_alternative<Real>(parameter.domain)
                 ? brief_number(value)
                 : loaded.spec.space.text(column.index, value);
    }
    case Column::Kind::number:
      break;
  }
  return std::to_string(trial.number);
}

bool is_numeric(const Loaded& loaded, const Column& column) {
  switch (column.kind) {
    case Column::Kind::number:
    case Column::Kind::metric:
    case Column::Kind::time:
      return true;
    case Column::Kind::parameter:
      return !std::holds_alternative<Categorical>(
          loaded.spec.space.parameters().at(column.index).domain);
    case Column::Kind::status:
    case Column::Kind::host:
      break;
  }
  return false;
}

}  // namespace diwan::view
