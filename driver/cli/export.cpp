// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/export/export.hpp"

#include <ostream>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/usage_error.hpp"

namespace diwan {
namespace {

ExportFormat format_of(const Call& call) {
  if (!call.has("format")) {
    throw UsageError("export: --format is missing; give one of csv, jsonl, mlflow, tensorboard");
  }
  const std::string& format = call.choice("format");
  return format == "csv"      ? ExportFormat::csv
         : format == "jsonl"  ? ExportFormat::jsonl
         : format == "mlflow" ? ExportFormat::mlflow
                              : ExportFormat::tensorboard;
}

ExitStatus run(const Call& call) {
  const ExportFormat format = format_of(call);
  const std::string path = call.maybe("output").value_or("");
  if (path.empty()) {
    throw UsageError("export: -o is missing; give the path that is to be written");
  }
  if (path == "-") {
    throw UsageError(
        "export: -o -: an export is written to a path; `diwan trials DIR -o csv` prints the table");
  }
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  std::size_t written = 0;
  try {
    written = write_export(loaded, format, path);
  } catch (const ExportRefused& refusal) {
    throw UsageError(std::string("export: ") + refusal.what());
  }
  call.err << "diwan: export: " << written << (written == 1 ? " trial is in " : " trials are in ")
           << path << '\n';
  return ExitStatus::done;
}

}  // namespace

Verb export_verb() {
  return {
      .name = "export",
      .summary = "hand all trials over to other programs",
      .details =
          "csv is the table of `diwan trials -o csv`; jsonl a line of JSON for each trial, with "
          "all its observations. mlflow is a file store with a run for each trial that has begun: "
          "parameters, metrics with their steps, and tags. tensorboard is a folder of event files "
          "with scalars and hyperparameters of these trials.\n\n"
          "The path is there whole or not at all. What is there already is refused, unless it "
          "is an earlier export of the experiment in the same format that nobody has changed; "
          "that is replaced.",
      .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")}},
      .options = {{.name = "format",
                   .takes = Takes::one_of({"csv", "jsonl", "mlflow", "tensorboard"}, "FORMAT"),
                   .required = true},
                  {.name = "output",
                   .letter = 'o',
                   .takes = Takes::a(Takes::Kind::file, "PATH"),
                   .required = true,
                   .help = "the file or folder to write"}},
      .examples = {{"diwan export search.diwan --format mlflow -o mlruns",
                    "then `MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri mlruns`"},
                   {"diwan export search.diwan --format tensorboard -o logs",
                    "then `tensorboard --logdir logs`"}},
      .run = run};
}

}  // namespace diwan
