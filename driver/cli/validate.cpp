// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <ostream>

#include <boost/program_options/value_semantic.hpp>

#include "driver/cli/commands.hpp"
#include "driver/cli/preview.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/smoke_trial.hpp"
#include "driver/cli/spec_summary.hpp"
#include "driver/results/table.hpp"

namespace diwan {
namespace {

namespace po = boost::program_options;

ExitStatus run(const Call& call) {
  const auto show = call.whole("show", 1, 1'000'000);
  const Spec spec = read_experiment(call.text("experiment"),
                                    {.set = settings_of(call), .template_required = true});
  call.out << spec_summary(spec, Page::of_standard_output());
  if (show) {
    call.out << '\n' << preview(spec, static_cast<std::size_t>(*show));
  }
  call.out.flush();
  return call.flag("try") ? smoke_trial(spec, call.launchers, call.out) : ExitStatus::done;
}

po::options_description options() {
  po::options_description options;
  options.add_options()("try", po::bool_switch(),
                        "run one trial in a temporary directory and show what is seen of it; "
                        "exit 3 if no objective was, 4 if it failed")(
      "show", po::value<std::string>()->value_name("N"), "print the first N commands")(
      "set", po::value<std::vector<std::string>>()->value_name("PATH=VALUE"),
      "change a field below spec first; repeat it for each");
  return options;
}

}  // namespace

Verb validate_verb() {
  return {.name = "validate",
          .synopsis = "EXPERIMENT [--try] [--show N] [--set PATH=VALUE]...",
          .summary = "check all that an experiment file can tell, without side effect",
          .positionals = {{.name = "experiment"}},
          .options = options,
          .run = run};
}

}  // namespace diwan
