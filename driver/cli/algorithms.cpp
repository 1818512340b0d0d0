// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <array>
#include <iomanip>
#include <ostream>
#include <sstream>

#include "algorithms/registry.hpp"
#include "driver/cli/commands.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/results/csv.hpp"
#include "driver/results/row.hpp"
#include "driver/results/table.hpp"
#include "driver/results/value.hpp"
#include "driver/spec/known_names.hpp"

namespace diwan {
namespace {

Value setting_value(const SettingInfo& setting) {
  return Value::Fields{
      {"name", setting.name},
      {"type", setting.type},
      {"default", setting.default_value.empty() ? Value() : Value(setting.default_value)},
      {"range", setting.range},
      {"help", setting.help},
      {"required", setting.required}};
}

Value scores_value(const AlgorithmInfo& algorithm) {
  if (!algorithm.scores) {
    return {};
  }
  return Value::Fields{{"30", (*algorithm.scores)[0]},
                       {"60", (*algorithm.scores)[1]},
                       {"100", (*algorithm.scores)[2]}};
}

Value algorithm_value(const AlgorithmInfo& algorithm) {
  Value::List settings;
  for (const SettingInfo& setting : algorithm.settings) {
    settings.push_back(setting_value(setting));
  }
  return Value::Fields{{"name", algorithm.name},
                       {"summary", algorithm.summary},
                       {"when", algorithm.when},
                       {"advice", algorithm.advice},
                       {"scores", scores_value(algorithm)},
                       {"source", algorithm.source},
                       {"runnable", algorithm.runnable},
                       {"earlyStopping", algorithm.early_stopping},
                       {"rungs", algorithm.has_rungs},
                       {"conditionalParameters", algorithm.conditional_parameters},
                       {"constraints", algorithm.constraints},
                       {"severalObjectives", algorithm.several_objectives},
                       {"settings", std::move(settings)}};
}

std::string scores_text(const std::array<double, 3>& scores) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(2) << "measured: score " << scores[0] << ", " << scores[1]
       << ", " << scores[2]
       << " after 30, 60, 100 trials (1: the best known value, 0: random search after 100; mean of "
          "ten tasks, docs/algorithms.md)";
  return text.str();
}

/// What may be asked of a search algorithm beside plain parameters and one objective.
void print_abilities(const AlgorithmInfo& algorithm, const Page& page, std::ostream& out) {
  const auto able = [](bool yes) { return yes ? "yes" : "no"; };
  Table table;
  table.column("TAKES");
  table.column("");
  table.row({"conditional parameters (when)", able(algorithm.conditional_parameters)});
  table.row({"constraints", able(algorithm.constraints)});
  table.row({"several objectives", able(algorithm.several_objectives)});
  table.row({"early stopping", algorithm.has_rungs
                                   ? "its own rungs, resumed with resumeFromCheckpoint"
                                   : "medianstop beside it (earlyStopping)"});
  out << '\n' << table.text(page);
}

void print_settings(const AlgorithmInfo& algorithm, const Page& page, std::ostream& out) {
  out << '\n';
  if (algorithm.settings.empty()) {
    out << "It has no settings.\n";
    return;
  }
  Table table;
  table.column("SETTING");
  table.column("TYPE");
  table.column("DEFAULT");
  table.column("RANGE");
  for (const SettingInfo& setting : algorithm.settings) {
    table.row({setting.name, setting.type, setting.required ? "required" : setting.default_value,
               setting.range});
  }
  out << table.text(page) << '\n';
  for (const SettingInfo& setting : algorithm.settings) {
    out << wrap_to(setting.name + ": " + setting.help, page.columns, 2) << '\n';
  }
}

void print_one(const AlgorithmInfo& algorithm, const Page& page, std::ostream& out) {
  out << wrap_to(algorithm.name + ": " + algorithm.summary, page.columns, 2) << '\n'
      << wrap_to("source: " + algorithm.source, page.columns, 2) << '\n';
  if (!algorithm.runnable) {
    out << "This version checks its settings, but cannot run it.\n";
  }
  out << '\n' << wrap_to(algorithm.advice, page.columns, 0) << '\n';
  if (algorithm.scores) {
    out << wrap_to(scores_text(*algorithm.scores), page.columns, 2) << '\n';
  }
  if (algorithm.runnable && !algorithm.early_stopping) {
    print_abilities(algorithm, page, out);
  }
  print_settings(algorithm, page, out);
}

void print_all(const Page& page, std::ostream& out) {
  Table table;
  table.column("ALGORITHM");
  table.column("RUNS");
  table.column("TAKE IT FOR");
  for (const AlgorithmInfo& algorithm : algorithms()) {
    table.row({algorithm.name, algorithm.runnable ? "yes" : "not yet", algorithm.when});
  }
  out << table.text(page);
}

const AlgorithmInfo& find(const std::string& name) {
  if (const AlgorithmInfo* found = find_algorithm(name)) {
    return *found;
  }
  std::vector<std::string> names;
  for (const AlgorithmInfo& algorithm : algorithms()) {
    names.push_back(algorithm.name);
  }
  throw UsageError("algorithms: '" + name + "' is no algorithm; " + known_names(name, names));
}

/// A row for each, of what is no list.
std::string csv_of(const std::vector<const AlgorithmInfo*>& chosen) {
  constexpr std::array<const char*, 10> columns = {
      "name",        "summary",          "when",  "source",
      "runnable",    "earlyStopping",    "rungs", "conditionalParameters",
      "constraints", "severalObjectives"};
  std::vector<std::string> fields(columns.begin(), columns.end());
  std::string text = csv_line(fields);
  for (const AlgorithmInfo* algorithm : chosen) {
    const Value value = algorithm_value(*algorithm);
    std::ranges::transform(columns, fields.begin(),
                           [&](const char* column) { return csv_text(*value.find(column)); });
    text += csv_line(fields);
  }
  return text;
}

ExitStatus run(const Call& call) {
  const std::string& output = call.choice("output");
  std::vector<const AlgorithmInfo*> chosen;
  if (call.has("name")) {
    chosen.push_back(&find(call.text("name")));
  } else {
    for (const AlgorithmInfo& algorithm : algorithms()) {
      chosen.push_back(&algorithm);
    }
  }
  if (output == "csv") {
    call.out << csv_of(chosen);
  } else if (output != "table") {
    Value::List list;
    for (const AlgorithmInfo* algorithm : chosen) {
      list.push_back(algorithm_value(*algorithm));
    }
    call.out << document_text(Value::Fields{{"version", 1}, {"algorithms", std::move(list)}},
                              output);
  } else if (call.has("name")) {
    print_one(*chosen.front(), Page::of_standard_output(), call.out);
  } else {
    print_all(Page::of_standard_output(), call.out);
  }
  return ExitStatus::done;
}

}  // namespace

Verb algorithms_verb() {
  return {.name = "algorithms",
          .summary = "the algorithms, which to take when, and their settings",
          .details =
              "Without NAME a table of all search algorithms and of what to take each for; "
              "with it that one's settings, their defaults and ranges, what it can search, "
              "and how it did where it was measured.",
          .positionals = {{.name = "name",
                           .takes = Takes::a(Takes::Kind::algorithm, "NAME"),
                           .required = false}},
          .options = {output_option({"table", "json", "yaml", "csv"})},
          .examples = {{"diwan algorithms tpe", "the settings of tpe"}},
          .run = run};
}

}  // namespace diwan
