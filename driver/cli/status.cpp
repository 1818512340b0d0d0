// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/status.hpp"

#include <ostream>

#include <boost/program_options/value_semantic.hpp>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"

namespace diwan {
namespace {

namespace po = boost::program_options;

ExitStatus run(const Call& call) {
  const std::string& format = call.choice("output", {"table", "yaml", "json"});
  const auto directory = experiment_directory(call.text("dir"));
  if (call.flag("exit-status")) {
    return static_cast<ExitStatus>(last_exit_status(directory));
  }
  const Loaded loaded = load(directory);
  if (format == "table") {
    call.out << status_table(loaded, Page::of_standard_output());
  } else if (format == "yaml") {
    call.out << yaml_text(status_document(loaded));
  } else {
    call.out << json_text(status_document(loaded), true) << '\n';
  }
  return ExitStatus::done;
}

po::options_description options() {
  po::options_description options;
  options.add(output_option("table, yaml or json; the last two are a Katib Experiment"));
  options.add_options()("exit-status", po::bool_switch(),
                        "print nothing; return the last run's exit status: 6 while one is alive, "
                        "75 if it ended without a word");
  return options;
}

}  // namespace

Verb status_verb() {
  return {.name = "status",
          .synopsis = "DIR [-o table|yaml|json] [--exit-status]",
          .summary = "where an experiment stands",
          .positionals = {{.name = "dir"}},
          .options = options,
          .run = run};
}

}  // namespace diwan
