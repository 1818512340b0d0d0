// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/trials.hpp"

#include <ostream>
#include <stdexcept>

#include <boost/program_options/value_semantic.hpp>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/usage_error.hpp"

namespace diwan {
namespace {

namespace po = boost::program_options;

ExitStatus run(const Call& call) {
  const std::string& format = call.choice("output", {"table", "csv", "json"});
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  std::vector<const Trial*> trials;
  try {
    trials = select(loaded, {.sort = call.maybe("sort").value_or(""),
                             .status = call.maybe("status").value_or("")});
  } catch (const std::invalid_argument& problem) {
    throw UsageError(std::string("trials: ") + problem.what());
  }
  call.out << (format == "table" ? trials_table(loaded, trials, Page::of_standard_output())
               : format == "csv" ? trials_csv(loaded, trials)
                                 : trials_json(loaded, trials));
  return ExitStatus::done;
}

po::options_description options() {
  po::options_description options;
  options.add(output_option("table, csv or json"));
  options.add_options()("sort", po::value<std::string>()->value_name("NAME"),
                        "objective (best first), start, or a metric or parameter (ascending)")(
      "status", po::value<std::string>()->value_name("STATUS"),
      "only trials of this status, such as Succeeded");
  return options;
}

}  // namespace

Verb trials_verb() {
  return {.name = "trials",
          .synopsis = "DIR [-o table|csv|json] [--sort objective|start|NAME] [--status STATUS]",
          .summary = "one row a trial",
          .positionals = {{.name = "dir"}},
          .options = options,
          .run = run};
}

}  // namespace diwan
