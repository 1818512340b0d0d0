// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/importances.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "algorithms/space/shortest.hpp"
#include "driver/core/counted.hpp"
#include "driver/results/csv.hpp"

namespace diwan {
namespace {

using statistics::Importance;
using statistics::PairShare;
using statistics::Share;

constexpr std::size_t bar_columns = 32;  ///< of the whole variance
constexpr std::size_t name_columns = 24;
constexpr double least_pair = 0.005;  ///< that is worth a row
constexpr std::size_t most_pairs = 10;

const std::string& name_of(const Loaded& loaded, std::size_t parameter) {
  return loaded.spec.space.parameters()[parameter].name;
}

/// "61.8": per cent with one digit behind the point.
std::string percent(double share) {
  const auto tenths = std::lround(1000 * share);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

/// A bar of eighths of a column.
std::string bar(double share) {
  constexpr std::array<std::string_view, 8> ends = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths =
      static_cast<std::size_t>(std::lround(8.0 * bar_columns * std::clamp(share, 0.0, 1.0)));
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i) {
    text += "█";
  }
  return text + std::string(ends.at(eighths % 8));
}

Table table_of(std::string_view first) {
  Table table;
  table.column(first);
  table.column("SHARE %", Table::Align::right);
  table.column("±", Table::Align::right);
  table.column("");
  return table;
}

void add_row(Table& table, const std::string& name, double mean, double deviation) {
  table.row({name, percent(mean), percent(deviation), bar(mean)});
}

/// What no row of a parameter or a pair explains.
double rest_of(const Importance& importance) {
  double rest = 1;
  for (const Share& share : importance.parameters) {
    rest -= share.mean;
  }
  for (const PairShare& share : importance.pairs) {
    rest -= share.mean;
  }
  return std::max(rest, 0.0);
}

std::string pairs_table(const Loaded& loaded, const Importance& importance, const Page& page) {
  Table table = table_of("TOGETHER");
  std::size_t rows = 0;
  for (const PairShare& share : importance.pairs) {
    if (rows < most_pairs && share.mean >= least_pair) {
      add_row(table,
              cut_to(printable(name_of(loaded, share.first)), name_columns / 2 - 1) + " " +
                  cut_to(printable(name_of(loaded, share.second)), name_columns / 2),
              share.mean, share.deviation);
      ++rows;
    }
  }
  return rows > 0 ? "\n" + table.text(page) : "";
}

std::string heading(const Loaded& loaded, std::size_t objective, const Importance& importance) {
  const Rules& rules = loaded.experiment.rules();
  std::string text = std::string(to_string(rules.directions[objective])) + " " +
                     rules.metrics[objective].name + ", " + counted(importance.used, "trial");
  if (importance.explained) {
    text += "; the forest explains " + percent(std::max(*importance.explained, 0.0)) +
            "% of the variance of trials not shown to it";
  }
  return text;
}

/// All that is to be said of it: how many trials are left out, and why to take it with care.
std::vector<std::string> notes_of(const Importance& importance) {
  std::vector<std::string> notes = cautions(importance);
  if (std::string left_out = left_out_note(importance); !left_out.empty()) {
    notes.insert(notes.begin(), std::move(left_out));
  }
  return notes;
}

}  // namespace

std::vector<statistics::Result> results_by(const Loaded& loaded, std::size_t objective) {
  std::vector<statistics::Result> results;
  for (const Trial& trial : loaded.experiment.trials()) {
    if (trial.phase != Phase::ended || trial.status == TrialStatus::killed) {
      continue;
    }
    const bool counts =
        trial.status == TrialStatus::succeeded || trial.status == TrialStatus::early_stopped;
    const auto value = counts ? loaded.experiment.objective(trial, objective) : std::nullopt;
    results.push_back({.assignment = trial.assignment,
                       .value = value.value_or(std::numeric_limits<double>::quiet_NaN())});
  }
  return results;
}

std::string importance_table(const Loaded& loaded, std::size_t objective,
                             const Importance& importance, const Page& page) {
  std::string text =
      wrap_to(printable(heading(loaded, objective, importance)), page.columns, 2) + "\n";
  for (const std::string& caution : notes_of(importance)) {
    text += wrap_to("note: " + caution, page.columns, 2) + "\n";
  }
  if (importance.flat || importance.parameters.empty()) {
    return text;
  }
  Table table = table_of("PARAMETER");
  for (const Share& share : importance.parameters) {
    add_row(table, cut_to(printable(name_of(loaded, share.parameter)), name_columns), share.mean,
            share.deviation);
  }
  text += "\n" + table.text(page) + pairs_table(loaded, importance, page) + "\n";
  return text +
         wrap_to(
             "shares of the variance over the whole space; ± is over the trees of the forest. " +
                 percent(rest_of(importance)) +
                 "% is of larger sets of parameters, and noise (docs/statistics.md)",
             page.columns, 0) +
         "\n";
}

std::string importance_csv(const Loaded& loaded, const Importance& importance) {
  std::string text = "parameter,with,importance,deviation\n";
  for (const Share& share : importance.parameters) {
    const std::array<std::string, 4> fields = {name_of(loaded, share.parameter), "",
                                               shortest(share.mean), shortest(share.deviation)};
    text += csv_line(fields);
  }
  for (const PairShare& share : importance.pairs) {
    const std::array<std::string, 4> fields = {name_of(loaded, share.first),
                                               name_of(loaded, share.second), shortest(share.mean),
                                               shortest(share.deviation)};
    text += csv_line(fields);
  }
  return text;
}

Value importance_value(const Loaded& loaded, std::size_t objective, const Importance& importance) {
  const Rules& rules = loaded.experiment.rules();
  Value::List parameters;
  for (const Share& share : importance.parameters) {
    parameters.push_back(Value::Fields{{"parameter", name_of(loaded, share.parameter)},
                                       {"importance", share.mean},
                                       {"deviation", share.deviation}});
  }
  Value::List pairs;
  for (const PairShare& share : importance.pairs) {
    pairs.push_back(Value::Fields{
        {"parameters", Value::List{name_of(loaded, share.first), name_of(loaded, share.second)}},
        {"importance", share.mean},
        {"deviation", share.deviation}});
  }
  Value::List notes;
  for (const std::string& caution : notes_of(importance)) {
    notes.emplace_back(caution);
  }
  return Value::Fields{
      {"version", 1},
      {"experiment", loaded.spec.name},
      {"objective", Value::Fields{{"metric", rules.metrics[objective].name},
                                  {"type", to_string(rules.directions[objective])}}},
      {"trials", importance.used},
      {"leftOut", importance.left_out},
      {"explained", importance.explained},
      {"notes", std::move(notes)},
      {"parameters", std::move(parameters)},
      {"pairs", std::move(pairs)}};
}

}  // namespace diwan
