// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <ostream>
#include <stdexcept>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/results/comparison.hpp"

namespace diwan {
namespace {

/// Those that can be read; says of the others why not.
std::vector<Loaded> load_each(const Call& call) {
  std::vector<Loaded> loaded;
  for (const std::string& dir : call.list("dir")) {
    try {
      loaded.push_back(load(experiment_directory(dir)));
    } catch (const UsageError& error) {
      call.err << "diwan: compare: " << printable(error.what()) << '\n';
    } catch (const StoreError& error) {
      call.err << "diwan: compare: " << printable(error.what()) << '\n';
    } catch (const SpecError& error) {
      call.err << "diwan: compare: " << dir << ":\n" << error.what() << '\n';
    }
  }
  return loaded;
}

ExitStatus run(const Call& call) {
  const std::string& format = call.choice("output");
  const std::vector<Loaded> loaded = load_each(call);
  const bool all_read = loaded.size() == call.list("dir").size();
  if (loaded.empty()) {
    return ExitStatus::usage;
  }
  std::vector<Compared> compared;
  try {
    compared = compare(loaded);
  } catch (const std::invalid_argument& problem) {
    throw UsageError(std::string("compare: ") + problem.what());
  }
  call.out << (format == "table" ? comparison_table(compared, Page::of_standard_output())
               : format == "csv" ? comparison_csv(compared)
                                 : document_text(comparison_document(compared), format));
  return all_read ? ExitStatus::done : ExitStatus::usage;
}

}  // namespace

Verb compare_verb() {
  return {.name = "compare",
          .summary = "the best so far of several experiments by trials and by time",
          .details =
              "The experiments have to have one objective, type and strategy in common. What "
              "early stopping saved is an estimate. A directory that cannot be read is told of on "
              "standard error, the others are compared, and the exit status is 2.",
          .positionals = {{.name = "dir",
                           .takes = Takes::a(Takes::Kind::directory, "DIR"),
                           .repeated = true}},
          .options = {output_option({"table", "csv", "json", "yaml"})},
          .examples = {{"diwan compare random.diwan tpe.diwan", "which search got further"}},
          .run = run};
}

}  // namespace diwan
