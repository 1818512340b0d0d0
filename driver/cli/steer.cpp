// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <charconv>
#include <limits>
#include <ostream>

#include "driver/cli/apply_request.hpp"
#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/core/counted.hpp"

namespace diwan {
namespace {

using Kind = ControlRequest::Kind;

/// @param what  that is asked for, where the command does not say it itself
ExitStatus ask(const Call& call, const Loaded& loaded, ControlRequest request,
               const std::string& what = {}) {
  request.by = "diwan " + std::string(call.verb.name);
  const std::string done = apply_request(loaded, std::move(request));
  call.err << "diwan: " << call.verb.name << ": " << what << done << '\n';
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
  const auto& before = loaded.experiment.budget().max_trials;
  const std::string what = counted(request.max_trials, "trial") + " in all (" +
                           (before ? std::to_string(*before) + " before" : "no end before") + ", " +
                           std::to_string(loaded.experiment.counters().completed()) + " done): ";
  return ask(call, loaded, std::move(request), what);
}

ExitStatus cancel(const Call& call) {
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  ControlRequest request;
  request.kind = Kind::cancel;
  request.now = call.flag("now");
  request.trial = find_trial(loaded, call.text("trial")).number;
  return ask(call, loaded, std::move(request));
}

Option now_option() { return {.name = "now", .help = "without the grace time"}; }

}  // namespace

Verb stop_verb() {
  return {
      .name = "stop",
      .summary = "end a running experiment so that it can go on later",
      .details =
          "It holds for the run of that moment, not for the next. That run's exit status is then "
          "5.",
      .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")}},
      .options = {now_option()},
      .examples = {{"diwan stop search.diwan", "running trials get their grace time"}},
      .run = stop};
}

Verb pause_verb() {
  return {.name = "pause",
          .summary = "start no further trials; those that run go on",
          .details = "`diwan resume` and a new run end the pause as well.",
          .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")}},
          .options = {{.name = "off", .help = "end the pause"}},
          .examples = {{"diwan pause search.diwan", "leave the cores to others for a while"}},
          .run = pause};
}

Verb extend_verb() {
  return {.name = "extend",
          .summary = "change how many trials there shall be",
          .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")}},
          .options = {{.name = "max-trials",
                       .takes = Takes::text("N|+N"),
                       .required = true,
                       .help = "in all, or +N more than now"}},
          .examples = {{"diwan extend search.diwan --max-trials +20", "twenty trials more"}},
          .run = extend};
}

Verb cancel_verb() {
  return {.name = "cancel",
          .summary = "end one trial; it counts as Killed",
          .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")},
                          {.name = "trial", .takes = Takes::a(Takes::Kind::trial, "TRIAL")}},
          .options = {now_option()},
          .examples = {{"diwan cancel search.diwan 17", "end trial 17, the search goes on"}},
          .run = cancel};
}

}  // namespace diwan
