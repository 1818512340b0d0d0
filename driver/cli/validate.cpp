// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <ostream>

#include "driver/cli/commands.hpp"
#include "driver/cli/preview.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/smoke_trial.hpp"
#include "driver/cli/spec_summary.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/results/table.hpp"
#include "driver/shell/requirements.hpp"
#include "driver/spec/quantity.hpp"

namespace diwan {
namespace {

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
  if (call.flag("try")) {
    return smoke_trial(spec, call.launchers, *limit, call.out);  // which refuses obstacles
  }
  // Another host may have what is missing, as a compute node has: no error, but not to be missed
  // by whoever looks at the status and standard error alone.
  for (const std::string& obstacle : obstacles(spec, false, TrialTasks::several)) {
    call.err << "diwan: validate: warning: it cannot run on this host: " << printable(obstacle)
             << '\n';
  }
  return ExitStatus::done;
}

}  // namespace

Verb validate_verb() {
  return {
      .name = "validate",
      .summary = "check all that an experiment file can tell, without side effect",
      .details =
          "With `--try` it runs the first trial on this host, in a temporary directory, and "
          "shows each observation when it comes, with the line it was read from; then "
          "what all trials would take, and what to mend.\n\n"
          "What keeps the experiment from running on this host, as a program that is not there, is "
          "a warning: a compute node may have it.",
      .positionals = {{.name = "experiment",
                       .takes = Takes::a(Takes::Kind::experiment, "EXPERIMENT")}},
      .options = {{.name = "try",
                   .help = "run one trial in a temporary directory and show what is seen of it: "
                           "0 if it is safe to launch them all, 3 if a metric was not seen, 4 if "
                           "it failed"},
                  {.name = "try-limit",
                   .takes = Takes::text("TIME"),
                   .standard = "10m",
                   .help = "end that trial after so long; what was seen until then counts"},
                  {.name = "show", .takes = Takes::text("N"), .help = "print the first N commands"},
                  set_option("change a field below spec first")},
      .exits = {{ExitStatus::no_usable_trial, "of --try: a metric was not seen"},
                {ExitStatus::too_many_failures, "of --try: the trial failed"}},
      .examples = {{"diwan validate search.yaml --show 3", "the first three commands"},
                   {"diwan validate search.yaml --try", "one trial before a hundred"}},
      .run = run};
}

}  // namespace diwan
