// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <ostream>

#include "collectors/timestamp.hpp"
#include "driver/cli/commands.hpp"
#include "driver/cli/explained.hpp"
#include "driver/cli/references.hpp"
#include "driver/launchers/supervisor/environment.hpp"
#include "driver/results/row.hpp"
#include "driver/results/waiting.hpp"
#include "driver/store/codec.hpp"

namespace diwan {
namespace {

Value texts(const std::vector<std::string>& list) { return Value::List(list.begin(), list.end()); }

Value attempts_value(const Loaded& loaded, const std::vector<Attempt>& attempts) {
  const auto time = [](const std::optional<Time>& at) {
    return at ? Value(time_text(*at)) : Value();
  };
  Value::List list;
  for (const Attempt& attempt : attempts) {
    const Ended none;
    const Ended& ended = attempt.ended ? *attempt.ended : none;
    list.push_back(
        Value::Fields{{"attempt", attempt.number},
                      {"queued", time(attempt.queued)},
                      {"start", time(attempt.start)},
                      {"end", attempt.ended ? Value(time_text(ended.at)) : Value()},
                      {"seconds", seconds_of(loaded, attempt)},
                      {"host", attempt.host.empty() ? Value() : Value(attempt.host)},
                      {"gpus", texts(attempt.gpus)},
                      {"pid", attempt.pid == 0 ? Value() : Value(attempt.pid)},
                      {"outcome", attempt.ended ? Value(to_string(ended.outcome)) : Value()},
                      {"how", attempt.ended ? Value(how_it_ended(attempt)) : Value()},
                      {"exitCode", ended.exit_code},
                      {"signal", ended.signal},
                      {"peakMemoryBytes", ended.usage.peak_memory_bytes},
                      {"cpuSeconds", ended.usage.cpu_seconds}});
  }
  return list;
}

Value document(const Loaded& loaded, const Trial& trial, const Explanation& explanation) {
  Value environment(Value::Fields{});
  for (const std::string& variable : explanation.set) {
    const auto equals = variable.find('=');
    environment[variable.substr(0, equals)] = variable.substr(equals + 1);
  }
  const bool known = explanation.launch.has_value();
  return Value::Fields{
      {"version", 1},
      {"experiment", loaded.spec.name},
      {"trial", row_value(loaded, trial)},
      {"why", explanation.why},
      {"command", known ? texts(explanation.launch->argv) : Value()},
      {"workingDirectory", known ? Value(explanation.launch->working_directory) : Value()},
      {"environment",
       Value::Fields{{"set", std::move(environment)}, {"unset", texts(removed_variables())}}},
      {"attempts", attempts_value(loaded, explanation.attempts)},
      {"lastLines", explanation.tail.empty() ? Value() : Value(explanation.tail)}};
}

/// The number of a trial that is not there yet but may come.
std::optional<std::uint64_t> number_to_come(const Loaded& loaded, const std::string& trial) {
  if (trial.empty() || trial.size() > 9 ||
      trial.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  const std::uint64_t number = std::stoull(trial);
  return number > loaded.experiment.trials().size() ? std::optional(number) : std::nullopt;
}

ExitStatus run(const Call& call) {
  const std::string& format = call.choice("output");
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  const Page page = Page::of_standard_output();
  Value value;
  std::string text;
  if (const auto number = number_to_come(loaded, call.text("trial"))) {
    const std::string reason = why_not_suggested(loaded, *number);
    value = Value::Fields{{"version", 1},
                          {"experiment", loaded.spec.name},
                          {"trial", nullptr},
                          {"number", *number},
                          {"why", reason}};
    text = explained_to_come(*number, reason, page);
  } else {
    const Trial& trial = find_trial(loaded, call.text("trial"));
    const Explanation explanation = explain(loaded, trial);
    value = document(loaded, trial, explanation);
    text = explained(loaded, trial, explanation, page);
  }
  call.out << (format == "json"   ? json_text(value, true) + "\n"
               : format == "yaml" ? yaml_text(value)
                                  : text);
  return ExitStatus::done;
}

}  // namespace

Verb explain_verb() {
  return {.name = "explain",
          .summary = "why a trial waits, failed or was stopped, on one screen",
          .details =
              "Its command, what its environment has more and less than the one Diwan was started "
              "in, each attempt with host, GPUs and how it ended, what it used, the rule that "
              "stopped it or the reason for which it waits, and its last lines. It reads files "
              "alone. A number beyond the trials that there are is told why it has not been "
              "suggested yet.",
          .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")},
                          {.name = "trial", .takes = Takes::a(Takes::Kind::trial, "TRIAL")}},
          .options = {output_option({"table", "json", "yaml"})},
          .examples = {{"diwan explain search.diwan 17", "what became of trial 17"}},
          .run = run};
}

}  // namespace diwan
