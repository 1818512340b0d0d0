// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <ostream>

#include <boost/program_options/value_semantic.hpp>

#include "driver/cli/commands.hpp"
#include "driver/cli/preview.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/smoke_trial.hpp"
#include "driver/cli/spec_summary.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/results/table.hpp"
#include "driver/spec/quantity.hpp"

namespace diwan {
namespace {

namespace po = boost::program_options;

ExitStatus run(const Call& call) {
  const auto show = call.whole("show", 1, 1'000'000);
  const auto limit = duration(call.text("try-limit"));
  if (!limit || limit->count() == 0) {
    throw UsageError("validate: --try-limit (" + call.text("try-limit") +
                     ") is no length of time; give seconds, or such as 90s, 30m, 1h");
  }
  const Spec spec = read_experiment(call.text("experiment"),
                                    {.set = settings_of(call), .template_required = true});
  call.out << spec_summary(spec, Page::of_standard_output());
  if (show) {
    call.out << '\n' << preview(spec, static_cast<std::size_t>(*show));
  }
  call.out.flush();
  return call.flag("try") ? smoke_trial(spec, call.launchers, *limit, call.out) : ExitStatus::done;
}

po::options_description options() {
  po::options_description options;
  options.add_options()(
      "try", po::bool_switch(),
      "run one trial in a temporary directory and show what is seen of it: 0 if "
      "it is safe to launch them all, 3 if a metric was not seen, 4 if it failed")(
      "try-limit", po::value<std::string>()->default_value("10m")->value_name("TIME"),
      "end that trial after so long; what was seen until then counts")(
      "show", po::value<std::string>()->value_name("N"), "print the first N commands")(
      "set", po::value<std::vector<std::string>>()->value_name("PATH=VALUE"),
      "change a field below spec first; repeat it for each");
  return options;
}

}  // namespace

Verb validate_verb() {
  return {.name = "validate",
          .synopsis = "EXPERIMENT [--try] [--try-limit TIME] [--show N] [--set PATH=VALUE]...",
          .summary = "check all that an experiment file can tell, without side effect",
          .positionals = {{.name = "experiment"}},
          .options = options,
          .run = run};
}

}  // namespace diwan
