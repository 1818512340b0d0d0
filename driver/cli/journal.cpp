// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <ostream>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/store/record_printer.hpp"

namespace diwan {
namespace {

ExitStatus run(const Call& call) {
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  std::vector<std::string> metrics;
  for (const MetricRule& rule : loaded.spec.metrics) {
    metrics.push_back(rule.name);
  }
  RecordPrinter printer(loaded.spec.space, std::move(metrics));
  const ReplayReport report =
      replay(loaded.directory, [&](Record&& record) { call.out << printer.line(record) << '\n'; });
  if (report.torn_bytes > 0) {
    call.err << "diwan: journal: the last record is not whole (" << report.torn_bytes
             << " bytes of " << report.torn_file << "); it counts as not yet written\n";
  }
  return ExitStatus::done;
}

}  // namespace

Verb journal_verb() {
  return {.name = "journal",
          .summary = "all records since the beginning, one JSON object a line",
          .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")}},
          .examples = {{"diwan journal search.diwan | jq .event", "what happened, in order"}},
          .run = run};
}

}  // namespace diwan
