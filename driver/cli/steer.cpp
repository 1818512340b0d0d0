// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <charconv>
#include <limits>
#include <ostream>

#include <boost/program_options/value_semantic.hpp>

#include "driver/cli/apply_request.hpp"
#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/usage_error.hpp"

namespace diwan {
namespace {

namespace po = boost::program_options;
using Kind = ControlRequest::Kind;

ExitStatus ask(const Call& call, const Loaded& loaded, ControlRequest request) {
  request.by = "diwan " + std::string(call.verb.name);
  const std::string done = apply_request(loaded, std::move(request));
  call.err << "diwan: " << call.verb.name << ": " << done << '\n';
  return ExitStatus::done;
}

ExitStatus stop(const Call& call) {
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  ControlRequest request;
  request.kind = Kind::stop;
  request.now = call.flag("now");
  return ask(call, loaded, std::move(request));
}

ExitStatus pause(const Call& call) {
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  ControlRequest request;
  request.kind = call.flag("off") ? Kind::go_on : Kind::pause;
  return ask(call, loaded, std::move(request));
}

/// "40", or "+20" beyond the budget in force.
std::uint32_t trials_asked(const Call& call, const Loaded& loaded) {
  const std::string given = call.maybe("max-trials").value_or("");
  const bool more = given.starts_with('+');
  const std::string_view digits = std::string_view(given).substr(more ? 1 : 0);
  const auto& in_force = loaded.experiment.budget().max_trials;
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  const std::uint32_t base = more ? in_force.value_or(0) : 0;
  if (error != std::errc{} || end != digits.data() + digits.size() || count == 0 ||
      count > std::numeric_limits<std::uint32_t>::max() - base) {
    throw UsageError("extend: --max-trials (" + given +
                     ") is no such number; give how many trials there shall be in all, or +N");
  }
  if (more && !in_force) {
    throw UsageError("extend: --max-trials " + given + ": the budget has no end; give N without +");
  }
  return base + count;
}

ExitStatus extend(const Call& call) {
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  if (!call.has("max-trials")) {
    throw UsageError("extend: --max-trials is missing; give how many trials there shall be in all");
  }
  ControlRequest request;
  request.kind = Kind::extend;
  request.max_trials = trials_asked(call, loaded);
  return ask(call, loaded, std::move(request));
}

ExitStatus cancel(const Call& call) {
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  ControlRequest request;
  request.kind = Kind::cancel;
  request.now = call.flag("now");
  request.trial = find_trial(loaded, call.text("trial")).number;
  return ask(call, loaded, std::move(request));
}

po::options_description now_option() {
  po::options_description options;
  options.add_options()("now", po::bool_switch(), "without the grace time");
  return options;
}

}  // namespace

Verb stop_verb() {
  return {.name = "stop",
          .synopsis = "DIR [--now]",
          .summary = "end a running experiment so that it can go on later (exit status 5)",
          .positionals = {{.name = "dir"}},
          .options = now_option,
          .run = stop};
}

Verb pause_verb() {
  return {.name = "pause",
          .synopsis = "DIR [--off]",
          .summary = "start no further trials; those that run go on",
          .positionals = {{.name = "dir"}},
          .options =
              [] {
                po::options_description options;
                options.add_options()("off", po::bool_switch(), "end the pause");
                return options;
              },
          .run = pause};
}

Verb extend_verb() {
  return {.name = "extend",
          .synopsis = "DIR --max-trials N|+N",
          .summary = "change how many trials there shall be",
          .positionals = {{.name = "dir"}},
          .options =
              [] {
                po::options_description options;
                options.add_options()("max-trials", po::value<std::string>()->value_name("N"),
                                      "in all, or +N more than now");
                return options;
              },
          .run = extend};
}

Verb cancel_verb() {
  return {.name = "cancel",
          .synopsis = "DIR TRIAL [--now]",
          .summary = "end one trial; it counts as Killed",
          .positionals = {{.name = "dir"}, {.name = "trial"}},
          .options = now_option,
          .run = cancel};
}

}  // namespace diwan
