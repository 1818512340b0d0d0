// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/explained.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>

#include "collectors/timestamp.hpp"
#include "driver/core/completion_words.hpp"
#include "driver/core/shell_quote.hpp"
#include "driver/launchers/supervisor/environment.hpp"
#include "driver/results/duration_text.hpp"
#include "driver/results/row.hpp"
#include "driver/results/status.hpp"
#include "driver/results/waiting.hpp"
#include "driver/shell/launching.hpp"
#include "driver/shell/log_tail.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t last_lines = 8;
constexpr std::size_t indent = 10;

std::string why_ended(const Loaded& loaded, const Trial& trial) {
  if (!reason_of(trial).empty() && trial.status != TrialStatus::killed) {
    return reason_of(trial);
  }
  if (trial.status == TrialStatus::killed) {
    const bool cancelled = trial.stop != StopReason::experiment_complete;
    const std::string& reason = reason_of(trial);
    return (cancelled ? "cancelled (`diwan cancel`)"
                      : "the experiment was over (" +
                            std::string(in_words(loaded.experiment.completion())) + ")") +
           (reason.empty() || reason.starts_with("cancelled") || reason == "stopped"
                ? ""
                : "; " + reason);
  }
  return "its command ended by itself, with exit status 0";
}

std::string why_running(const Loaded& loaded, const Trial& trial) {
  if (run_state(loaded) != RunState::running && run_state(loaded) != RunState::paused) {
    return "it ran when the run was last heard of; `" + resume_command(loaded) +
           "` goes on with it";
  }
  switch (trial.stop) {
    case StopReason::pruned:
      return "it runs, and was asked to end: " + trial.rule;
    case StopReason::cancelled:
      return "it runs, and was asked to end by `diwan cancel`";
    case StopReason::experiment_complete:
    case StopReason::drain:
      return "it runs, and was asked to end since the run ends";
    case StopReason::none:
      break;
  }
  return "it runs";
}

std::string why(const Loaded& loaded, const Trial& trial) {
  switch (trial.phase) {
    case Phase::ended:
      return why_ended(loaded, trial);
    case Phase::running:
      return why_running(loaded, trial);
    case Phase::queued:
    case Phase::waiting:
      break;
  }
  return why_it_waits(loaded, trial);
}

/// The trial's command and what its environment has more, as its last attempt was given it; of one
/// that was not started, as the first will be.
void add_command(const Loaded& loaded, const Trial& trial, Explanation& explanation) {
  const auto& trial_template = loaded.spec.trial_template;
  if (!trial_template || !trial_template->kubernetes_only.empty()) {
    explanation.no_command = "only Kubernetes can run this experiment's trials";
    return;
  }
  const fs::path directory = fs::absolute(loaded.directory).lexically_normal();
  Trial as_run = trial;
  as_run.attempts = std::max(trial.attempts, 1U);
  const bool has_parent = trial.parent && loaded.experiment.has(*trial.parent);
  const std::string parent = has_parent ? loaded.experiment.trial(*trial.parent).name : "";
  try {
    const RunSettings settings = run_settings(loaded.spec, directory, {}, false, {});
    const Launch launch =
        launch_of(loaded.spec, as_run, parent, loaded.experiment.seed(), directory);
    RunPlace place{.paths = run_paths(directory, trial.name, as_run.attempts),
                   .share = {},
                   .deadline = std::nullopt,
                   .port = std::nullopt,
                   .slurm_job_id = {}};
    place.share.gpus = trial.gpus;
    explanation.set = trial_environment({}, settings, launch, place);
    explanation.launch = launch;
  } catch (const std::invalid_argument& problem) {
    explanation.no_command = problem.what();
  }
}

std::string memory_text(std::uint64_t bytes) {
  std::array<char, 32> text{};
  constexpr double mebibyte = 1024.0 * 1024.0;
  const double mebibytes = static_cast<double>(bytes) / mebibyte;
  const bool large = mebibytes >= 1024;
  const int length = std::snprintf(text.data(), text.size(), large ? "%.2f GiB" : "%.1f MiB",
                                   large ? mebibytes / 1024 : mebibytes);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string usage_text(const Usage& usage) {
  std::string text =
      usage.peak_memory_bytes ? "peak memory " + memory_text(*usage.peak_memory_bytes) : "";
  if (usage.cpu_seconds) {
    text += (text.empty() ? "" : ", ") + ("CPU time " + duration_text(*usage.cpu_seconds));
  }
  return text;
}

std::string joined(const std::vector<std::string>& items, const char* between) {
  std::string text;
  for (const std::string& item : items) {
    text += (text.empty() ? "" : between) + item;
  }
  return text;
}

/// "n1, GPUs 0,1, 2026-01-31T12:00:00, 12.3s, failed: exit status 3".
/// The figures of a rule that stopped it stand above, in `why`.
std::string attempt_text(const Loaded& loaded, const Attempt& attempt, bool runs,
                         const std::string& why) {
  std::string text = attempt.host;
  const auto add = [&](const std::string& part) {
    text += (text.empty() || part.empty() ? "" : ", ") + part;
  };
  add(attempt.gpus.empty() ? "" : "GPUs " + joined(attempt.gpus, ","));
  add(attempt.start ? time_text(*attempt.start).substr(0, 19) + "Z" : "");
  const bool live = runs && !attempt.ended && attempt.start;
  const auto seconds = seconds_of(loaded, attempt);
  add(seconds && (attempt.ended || live) ? duration_text(*seconds) : "");
  std::string how = live ? "runs" : how_it_ended(attempt);
  const auto figures = why.find(": ");
  if (figures != std::string::npos && how.ends_with(why)) {
    how.resize(how.size() - (why.size() - figures));
  }
  add(how);
  return text;
}

/// What of the variables set needs to be told: those that every trial has are in the manual, and
/// parameters stand above.
std::string set_text(const std::vector<std::string>& variables) {
  std::string text;
  for (const std::string& variable : variables) {
    const auto equals = variable.find('=');
    const std::string name = variable.substr(0, equals);
    if (name == "DIWAN_SEED" || !(name.starts_with("DIWAN_") || name == "KATIB_TRIAL_NAME")) {
      text += name + "=" + shell_quote(variable.substr(equals + 1)) + " ";
    }
  }
  return text + "and DIWAN_* as for every trial";
}

std::string metrics_text(const Loaded& loaded, const Trial& trial) {
  std::string text;
  const auto& rules = loaded.experiment.rules().metrics;
  for (std::size_t m = 0; m < rules.size() && m < trial.metrics.size(); ++m) {
    const MetricSummary& summary = trial.metrics[m];
    const Value value = summary_value(summary);
    text += text.empty() ? "" : "; ";
    text += rules[m].name + " ";
    text += summary.count == 0
                ? "never came"
                : cell_text(*value.find("latest")) + " at step " +
                      std::to_string(summary.latest_step) +
                      (summary.count == 1 ? " (its only value)"
                                          : " (" + std::to_string(summary.count) + " values from " +
                                                cell_text(*value.find("min")) + " to " +
                                                cell_text(*value.find("max")) + ")");
  }
  return text;
}

/// Lines that explain a trial, each with a word in front.
class Screen {
 public:
  explicit Screen(const Page& page) : page_(page) {}

  void line(const std::string& word, const std::string& text) {
    std::string head = word;
    head.resize(std::max(indent, word.size() + 1), ' ');
    text_ += wrap_to(head + printable(text), page_.columns, indent) + "\n";
  }
  void block(const std::string& text) { text_ += "\n" + text; }
  const std::string& text() const { return text_; }

 private:
  Page page_;
  std::string text_;
};

}  // namespace

Explanation explain(const Loaded& loaded, const Trial& trial) {
  Explanation explanation;
  explanation.why = why(loaded, trial);
  explanation.attempts = attempts_of(loaded, trial.number);
  add_command(loaded, trial, explanation);
  if (trial.attempts > 0) {
    explanation.tail =
        log_tail(attempt_directory(loaded.directory, trial.name, trial.attempts), last_lines);
  }
  return explanation;
}

std::string explained(const Loaded& loaded, const Trial& trial, const Explanation& explanation,
                      const Page& page) {
  Screen screen(page);
  screen.line("trial", "#" + std::to_string(trial.number) + " " + trial.name + " " +
                           to_string(trial.status) +
                           (trial.start ? ", " + duration_text(seconds_of(loaded, trial)) : ""));
  screen.line("why", explanation.why);
  screen.line("tried", assignment_text(loaded.spec, trial.assignment, Digits::exact));
  if (trial.attempts > 0) {
    screen.line("metrics", metrics_text(loaded, trial));
  }
  if (const std::string used = usage_text(trial.usage); !used.empty()) {
    screen.line("used", used + (trial.attempts > 1 ? ", by the last attempt" : ""));
  }
  if (explanation.launch) {
    screen.line("command", shell_quote(explanation.launch->argv));
    screen.line("in", explanation.launch->working_directory);
    screen.line("set", set_text(explanation.set));
    screen.line("unset", joined(removed_variables(), " "));
  } else {
    screen.line("command", "not known here: " + explanation.no_command);
  }
  for (const Attempt& attempt : explanation.attempts) {
    const bool last = &attempt == &explanation.attempts.back();
    screen.line(
        "attempt " + std::to_string(attempt.number),
        attempt_text(loaded, attempt, last && trial.phase == Phase::running, explanation.why));
  }
  if (!explanation.tail.empty()) {
    screen.block(explanation.tail);
  }
  return screen.text();
}

std::string explained_to_come(std::uint64_t number, const std::string& reason, const Page& page) {
  Screen screen(page);
  screen.line("trial", "#" + std::to_string(number) + " has not been suggested");
  screen.line("why", reason);
  return screen.text();
}

}  // namespace diwan
