// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/announce/announcer.hpp"

#include <stdexcept>
#include <utility>

#include <unistd.h>

#include "driver/launchers/supervisor/command_line.hpp"
#include "driver/launchers/supervisor/environment.hpp"
#include "driver/results/row.hpp"
#include "driver/results/shell_words.hpp"
#include "driver/spec/given.hpp"
#include "driver/spec/parameters.hpp"

namespace diwan {
namespace {

constexpr const char* log_name = "announcements.log";

/// The environment of a trial before anything of its own is added.
std::vector<std::string> base_environment() {
  return clean_environment(static_cast<const char* const*>(environ));
}

}  // namespace

std::vector<std::string> announcement(const std::string& command) {
  ShellWords cut = shell_words(command);
  if (cut.open) {
    throw std::invalid_argument("a quote is not closed; close it, or put a backslash before it");
  }
  if (cut.words.empty() || cut.words.front().empty()) {
    throw std::invalid_argument("it names no program; give a command, such as 'notify.sh done'");
  }
  const std::string& program = cut.words.front();
  std::error_code none;
  if (program.find('/') != std::string::npos &&
      (!std::filesystem::is_regular_file(program, none) || ::access(program.c_str(), X_OK) != 0)) {
    throw std::invalid_argument(program + " is no program that can be executed; mend the path");
  }
  try {
    find_program(program, base_environment(), "");
  } catch (const CommandError& problem) {
    throw std::invalid_argument(problem.what());
  }
  return std::move(cut.words);
}

Announcer::Announcer(Announcements commands, const Spec& spec, std::filesystem::path directory,
                     const Experiment& experiment)
    : commands_(std::move(commands)),
      spec_(spec),
      directory_(std::move(directory)),
      best_(experiment) {}

void Announcer::step(const Experiment& experiment, std::span<const Record> records) {
  for (const Record& record : records) {
    const auto* ended = std::get_if<Ended>(&record.event);
    if (ended == nullptr) {
      continue;
    }
    const Trial& trial = experiment.trial(ended->run.trial);
    if (trial.phase == Phase::ended && best_.take(experiment, trial)) {
      news_ = trial.number;
      news_record_ = record.number;
    }
  }
}

void Announcer::written(std::uint64_t record, const Experiment& experiment) {
  if (!news_ || news_record_ > record) {
    return;
  }
  if (!commands_.on_best.empty()) {
    commands_.herald->send({.option = "--on-best",
                            .argv = commands_.on_best,
                            .environment = environment("best", experiment, news_, nullptr),
                            .log = directory_ / log_name});
  }
  news_.reset();
}

void Announcer::ended(const Outcome& outcome, const Experiment& experiment) {
  if (!commands_.on_end.empty()) {
    commands_.herald->send(
        {.option = "--on-end",
         .argv = commands_.on_end,
         .environment = environment("end", experiment, experiment.best(), &outcome),
         .log = directory_ / log_name});
  }
}

std::vector<std::string> Announcer::environment(const char* event, const Experiment& experiment,
                                                std::optional<std::uint32_t> trial,
                                                const Outcome* outcome) const {
  std::vector<std::string> variables = base_environment();
  const auto set = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) {
      variables.push_back(name + "=" + value);
    }
  };
  set("DIWAN_EVENT", event);
  set("DIWAN_EXPERIMENT", spec_.name);
  set("DIWAN_DIRECTORY", directory_.string());
  set("DIWAN_TRIALS_DONE", std::to_string(experiment.counters().completed()));
  set("DIWAN_METRIC", experiment.rules().metrics.front().name);
  if (outcome != nullptr) {
    set("DIWAN_EXIT_STATUS", std::to_string(outcome->exit));
    set("DIWAN_REASON", outcome->reason);
  }
  if (trial) {
    const Trial& best = experiment.trial(*trial);
    set("DIWAN_TRIAL", best.name);
    set("DIWAN_TRIAL_NUMBER", std::to_string(best.number));
    set("DIWAN_OBJECTIVE", csv_text(objective_value(experiment, best)));
    set("DIWAN_PARAMETERS_JSON", json_text(assignment_value(spec_, best.assignment)));
    Given(spec_, best.assignment).each([&set](const Parameter& parameter, const std::string& text) {
      set(parameter_variable(parameter.name), text);
    });
  }
  return variables;
}

}  // namespace diwan
