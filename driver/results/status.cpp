// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/status.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "driver/core/completion_words.hpp"
#include "driver/core/counted.hpp"
#include "driver/core/shell_quote.hpp"
#include "driver/results/best.hpp"
#include "driver/results/csv.hpp"
#include "driver/results/duration_text.hpp"
#include "driver/results/row.hpp"
#include "driver/results/waiting.hpp"

namespace diwan {
namespace {

bool owned(const std::optional<OwnerState>& owner) {
  return owner && owner->life != OwnerState::Life::gone;
}

std::string goal_text(const Loaded& loaded) {
  const auto& goal = loaded.experiment.budget().goal;
  return goal ? ", goal " + shortest(*goal) : "";
}

std::string trials_line(const Loaded& loaded) {
  const Counters& counters = loaded.experiment.counters();
  std::string text = std::to_string(counters.completed()) + " done";
  const auto& most = loaded.experiment.budget().max_trials;
  text += most ? " of " + std::to_string(*most) : "";
  const auto add = [&](std::uint32_t count, const char* what) {
    text += count > 0 ? ", " + std::to_string(count) + " " + what : "";
  };
  const RunState state = run_state(loaded);
  const bool alive = state == RunState::running || state == RunState::paused;
  add(counters.running, alive ? "running" : "running when last heard of");
  add(counters.pending, "waiting");
  add(counters.succeeded, "succeeded");
  add(counters.early_stopped, "stopped early");
  add(counters.failed, "failed");
  add(counters.metrics_unavailable, "without metrics");
  add(counters.killed, "killed");
  return text;
}

/// The last trial that ended so, with why; empty where none did.
std::string last_of(const Loaded& loaded, TrialStatus status) {
  const Trial* last = nullptr;
  for (const Milestone& milestone : loaded.course) {
    const Trial& trial = loaded.experiment.trial(milestone.trial);
    last = trial.status == status ? &trial : last;
  }
  return last == nullptr || reason_of(*last).empty()
             ? ""
             : "last #" + std::to_string(last->number) + " " + reason_of(*last);
}

std::string state_line(const Loaded& loaded) {
  const RunState state = run_state(loaded);
  std::string text(to_string(state));
  if (state == RunState::running || state == RunState::paused) {
    text += ", " + loaded.owner->text;
    if (loaded.owner->life == OwnerState::Life::unknown) {
      text += " (not seen from here)";
    }
    if (const auto end = job_end(loaded); end && *end > loaded.until) {
      const std::chrono::duration<double> left = *end - loaded.until;
      text += ", which ends in " + duration_text(left.count());
    }
  } else if (state == RunState::finished) {
    text += ", " + std::string(in_words(loaded.experiment.completion()));
  } else if (loaded.outcome && state == RunState::stopped) {
    text = loaded.outcome->reason.starts_with(text) ? loaded.outcome->reason
                                                    : text + ", " + loaded.outcome->reason;
  }
  if (loaded.experiment.start_time()) {
    const std::chrono::duration<double> worked = loaded.experiment.worked(loaded.until);
    text += ", " + duration_text(worked.count());
  }
  return text;
}

std::string objectives_text(const Rules& rules) {
  std::string text;
  for (std::size_t i = 0; i < rules.directions.size(); ++i) {
    text += (i == 0 ? "" : "; ") + std::string(to_string(rules.directions[i])) + " " +
            rules.metrics[i].name;
  }
  return text;
}

std::string best_lines(const Loaded& loaded, const Page& page) {
  const Best best = best_trials(loaded, std::nullopt);
  if (best.trials.empty()) {
    return "best      none yet\n";
  }
  const Trial& trial = loaded.experiment.trial(best.trials.front());
  const std::string& metric = loaded.experiment.rules().metrics.front().name;
  std::string text;
  if (best.confirmed.empty()) {
    text = "best      #" + std::to_string(trial.number) + " " + metric + " " +
           printable(cell_text(objective_value(loaded.experiment, trial)));
  } else {
    const Confirmed& confirmed = best.confirmed.front();
    text = "best      trial " + std::to_string(confirmed.trial) + ": " + metric + " " +
           mean_text(confirmed.objectives.front()) + " in " +
           counted(confirmed.runs.size(), "run") + ", of which #" + std::to_string(trial.number) +
           " is nearest to the mean";
  }
  if (best.pareto) {
    text += " and " + std::to_string(best.trials.size() - 1) + " more that it does not beat";
  }
  if (!best.resource_name.empty()) {
    text += " at " + best.resource_name + "=" + shortest(best.resource);
  }
  const std::string parameters =
      "          " + assignment_text(loaded.spec, trial.assignment, Digits::exact);
  return cut_to(text, page.columns) + "\n" + wrap_to(printable(parameters), page.columns, 10) +
         "\n";
}

}  // namespace

RunState run_state(const Loaded& loaded) {
  if (owned(loaded.owner)) {
    const auto& asked = loaded.experiment.stop_asked();
    return asked && asked->kind == StopAsked::Kind::pause ? RunState::paused : RunState::running;
  }
  if (loaded.experiment.finished()) {
    return RunState::finished;
  }
  return loaded.owner || !loaded.outcome ? RunState::interrupted : RunState::stopped;
}

std::string_view to_string(RunState state) {
  switch (state) {
    case RunState::running:
      return "running";
    case RunState::paused:
      return "paused";
    case RunState::finished:
      return "finished";
    case RunState::stopped:
      return "stopped";
    case RunState::interrupted:
      break;
  }
  return "interrupted";
}

std::string resume_command(const Loaded& loaded) {
  const std::string& launcher = loaded.experiment.owner().launcher;
  return std::string(launcher == "mpi" ? "mpirun … " : "") + "diwan resume " +
         shell_quote(loaded.directory.string()) +
         (launcher.starts_with("slurm") ? " --launcher " + launcher : "");
}

std::optional<Time> job_end(const Loaded& loaded) {
  const OwnerChanged& last = loaded.experiment.owner();
  return owned(loaded.owner) && loaded.owner->epoch == last.epoch ? last.job_end : std::nullopt;
}

std::vector<SearchNotice> notices(const Loaded& loaded) {
  std::vector<SearchNotice> all = loaded.notices.found(loaded.experiment);
  if (owned(loaded.owner)) {
    std::ranges::move(loaded.notices.stalled(loaded.experiment, loaded.until),
                      std::back_inserter(all));
  }
  for (SearchNotice& notice : all) {
    notice.text = text_for(notice, loaded.directory);
  }
  return all;
}

std::string status_table(const Loaded& loaded, const Page& page) {
  const Rules& rules = loaded.experiment.rules();
  const auto line = [&](const std::string& text) {
    return cut_to(printable(text), page.columns) + "\n";
  };
  std::string text = line(loaded.spec.name + "  " + state_line(loaded));
  text += line("objective " + objectives_text(rules) + goal_text(loaded) + ", by " +
               loaded.spec.algorithm.name + ", seed " + std::to_string(loaded.experiment.seed()));
  text += line("trials    " + trials_line(loaded));
  for (const auto& [head, status] : {std::pair("stopped   ", TrialStatus::early_stopped),
                                     std::pair("failed    ", TrialStatus::failed),
                                     std::pair("no metric ", TrialStatus::metrics_unavailable)}) {
    const std::string last = last_of(loaded, status);
    text += last.empty() ? "" : line(head + last);
  }
  text += best_lines(loaded, page);
  if (const auto& asked = loaded.experiment.stop_asked(); asked && owned(loaded.owner)) {
    const bool pause = asked->kind == StopAsked::Kind::pause;
    text += line(std::string("asked     ") + (pause ? "to pause by " : "to stop by ") + asked->by);
  }
  if (!loaded.experiment.held().empty() && owned(loaded.owner)) {
    text += wrap_to("held      no trial starts any more: " + loaded.experiment.held(), page.columns,
                    10) +
            "\n";
  }
  for (const std::string& waits : launcher_waits_text(loaded)) {
    text += wrap_to("waiting   " + printable(waits), page.columns, 10) + "\n";
  }
  for (const Trial& trial : loaded.experiment.trials()) {
    if (trial.phase == Phase::running && owned(loaded.owner)) {
      text += line("running   #" + std::to_string(trial.number) + " " + trial.host + " " +
                   rules.metrics.front().name + " " +
                   cell_text(objective_value(loaded.experiment, trial)) + "  " +
                   assignment_text(loaded.spec, trial.assignment, Digits::six));
    }
  }
  for (const SearchNotice& notice : notices(loaded)) {
    text += wrap_to("notice    " + printable(notice.text), page.columns, 10) + "\n";
  }
  const RunState state = run_state(loaded);
  if (state != RunState::running && state != RunState::finished) {
    text += line("next      " + resume_command(loaded));
  }
  return text;
}

std::string status_csv(const Loaded& loaded) {
  const Counters& counters = loaded.experiment.counters();
  const Best best = best_trials(loaded, 1);
  const Trial* first =
      best.trials.empty() ? nullptr : &loaded.experiment.trial(best.trials.front());
  const Completion completion = loaded.experiment.completion();
  const bool began = loaded.experiment.start_time().has_value();
  const std::chrono::duration<double> worked = loaded.experiment.worked(loaded.until);
  const Value::Fields fields = {
      {"experiment", loaded.spec.name},
      {"state", to_string(run_state(loaded))},
      {"completion", completion == Completion::none ? Value() : Value(to_string(completion))},
      {"maxTrials", loaded.experiment.budget().max_trials},
      {"trials", counters.trials},
      {"pending", counters.pending},
      {"running", counters.running},
      {"succeeded", counters.succeeded},
      {"failed", counters.failed},
      {"earlyStopped", counters.early_stopped},
      {"metricsUnavailable", counters.metrics_unavailable},
      {"killed", counters.killed},
      {"seconds", began ? Value(worked.count()) : Value()},
      {"best", first == nullptr ? Value() : Value(first->name)},
      {"objective", first == nullptr ? Value() : objective_value(loaded.experiment, *first)}};
  std::vector<std::string> names;
  std::vector<std::string> values;
  for (const Value::Field& field : fields) {
    names.push_back(field.first);
    values.push_back(csv_text(field.second));
  }
  return csv_line(names) + csv_line(values);
}

int last_exit_status(const std::filesystem::path& directory) {
  const auto owner = read_owner(directory);
  if (owned(owner)) {
    return static_cast<int>(ExitStatus::owner_alive);
  }
  // An owner that left its file behind ended without a word; an outcome there is of a run before.
  const auto outcome = owner ? std::nullopt : read_outcome(directory);
  const int status = outcome ? outcome->exit : static_cast<int>(ExitStatus::requeue);
  if (status == static_cast<int>(ExitStatus::requeue)) {
    // What no run can read must not be requeued for ever.
    replay(directory, [](Record&&) {});
  }
  return status;
}

}  // namespace diwan
