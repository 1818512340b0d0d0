// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <ostream>

#include "algorithms/registry.hpp"
#include "driver/cli/commands.hpp"
#include "driver/cli/usage_error.hpp"
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

Value algorithm_value(const AlgorithmInfo& algorithm) {
  Value::List settings;
  for (const SettingInfo& setting : algorithm.settings) {
    settings.push_back(setting_value(setting));
  }
  return Value::Fields{{"name", algorithm.name},
                       {"summary", algorithm.summary},
                       {"source", algorithm.source},
                       {"runnable", algorithm.runnable},
                       {"earlyStopping", algorithm.early_stopping},
                       {"settings", std::move(settings)}};
}

void print_one(const AlgorithmInfo& algorithm, const Page& page, std::ostream& out) {
  out << algorithm.name << ": " << algorithm.summary << '\n'
      << "source: " << algorithm.source << '\n';
  if (!algorithm.runnable) {
    out << "This version checks its settings, but cannot run it.\n";
  }
  if (algorithm.settings.empty()) {
    out << "It has no settings.\n";
    return;
  }
  out << '\n';
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
    out << setting.name << ": " << setting.help << '\n';
  }
}

void print_all(const Page& page, std::ostream& out) {
  Table table;
  table.column("ALGORITHM");
  table.column("RUNS");
  table.column("USE");
  table.column("SUMMARY");
  for (const AlgorithmInfo& algorithm : algorithms()) {
    table.row({algorithm.name, algorithm.runnable ? "yes" : "not yet",
               algorithm.early_stopping ? "early stopping" : "search", algorithm.summary});
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

ExitStatus run(const Call& call) {
  const bool json = call.choice("output", {"table", "json"}) == "json";
  std::vector<const AlgorithmInfo*> chosen;
  if (call.has("name")) {
    chosen.push_back(&find(call.text("name")));
  } else {
    for (const AlgorithmInfo& algorithm : algorithms()) {
      chosen.push_back(&algorithm);
    }
  }
  if (json) {
    Value::List list;
    for (const AlgorithmInfo* algorithm : chosen) {
      list.push_back(algorithm_value(*algorithm));
    }
    call.out << json_text(Value::Fields{{"version", 1}, {"algorithms", std::move(list)}}) << '\n';
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
          .synopsis = "[NAME] [-o table|json]",
          .summary = "what algorithms there are; settings with type, default and range",
          .positionals = {{.name = "name", .required = false}},
          .options = [] { return output_option("table or json"); },
          .run = run};
}

}  // namespace diwan
