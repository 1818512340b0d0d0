// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/apply_request.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "driver/cli/programs.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/core/coordinator.hpp"
#include "driver/core/counted.hpp"
#include "driver/launchers/clock.hpp"
#include "driver/launchers/slurm/call_off.hpp"
#include "driver/results/status.hpp"
#include "driver/store/store.hpp"

namespace diwan {
namespace {

using Kind = ControlRequest::Kind;

Event event_of(Stimulus stimulus) {
  if (auto* budget = std::get_if<BudgetSet>(&stimulus)) {
    return std::move(*budget);
  }
  return std::get<StopAsked>(std::move(stimulus));
}

/// How the directory's last run ended, once the request holds.
Outcome outcome_after(const Loaded& before, const Experiment& after,
                      const ControlRequest& request) {
  const Time now = request.time;
  if (request.kind == Kind::stop) {
    return {static_cast<int>(ExitStatus::stopped), "stopped by " + request.by, now};
  }
  const bool reopened =
      before.experiment.completion() != Completion::none && after.completion() == Completion::none;
  if (reopened) {
    return {static_cast<int>(ExitStatus::requeue),
            "extended to " + counted(request.max_trials, "trial"), now};
  }
  if (before.outcome && !before.owner) {
    return *before.outcome;
  }
  return {static_cast<int>(ExitStatus::requeue), "the run ended without a word", now};
}

/// Becomes the owner for a moment and writes the one record.
void apply_here(const Loaded& loaded, const ControlRequest& request) {
  using namespace std::chrono_literals;
  const auto store = Store::open(loaded.directory, this_process(), {});
  Experiment experiment(loaded.experiment.rules());
  store->replay([&](Record&& record) { apply(experiment, record); });
  Record record{experiment.last_record() + 1, request.time, event_of(request.stimulus(experiment))};
  const bool fits = apply(experiment, record);
  if (fits) {
    store->append({record});
  }
  const Outcome outcome = outcome_after(loaded, experiment, request);
  store->close(std::make_shared<const Experiment>(std::move(experiment)),
               checkpoint_names(loaded.spec.name, loaded.spec.space), outcome_line(outcome));
  if (const auto failure = store->failure()) {
    throw DiskFailure(*failure);
  }
  if (!fits) {
    throw UsageError(request.text + ": this does not fit the experiment; nothing was changed");
  }
}

std::string_view meaning_without_owner(Kind kind) {
  switch (kind) {
    case Kind::stop:
      return "noted as stopped, so that nobody requeues it";
    case Kind::pause:
      return "nothing starts until `diwan run` or `diwan resume`, which ends the pause";
    case Kind::go_on:
      return "`diwan resume` goes on";
    case Kind::extend:
    case Kind::cancel:
      break;
  }
  return "written down for `diwan resume`, which goes on";
}

/// Ends those trials in Slurm's hands that the request is about; says so.
std::string end_in_slurm(const Loaded& loaded, const ControlRequest& request) {
  using namespace std::chrono_literals;
  const Experiment& experiment = loaded.experiment;
  const bool ends = request.kind == Kind::stop || request.kind == Kind::cancel;
  if (!ends || experiment.owner().launcher != "slurm") {
    return {};
  }
  std::vector<RunKey> runs;
  for (const std::uint32_t number : experiment.live_trials()) {
    if (request.kind == Kind::stop || number == request.trial) {
      runs.push_back(experiment.trial(number).run());
    }
  }
  if (runs.empty()) {
    return {};
  }
  const auto scheduler = slurm::make_scheduler(main_program());
  const std::size_t found = slurm::call_off(loaded.directory, runs, request.now, *scheduler, 20s);
  return "; " + counted(found, "trial") + " in Slurm's hands asked to end";
}

void refuse_senseless(const Loaded& loaded, const ControlRequest& request) {
  if (request.kind == Kind::cancel &&
      loaded.experiment.trial(request.trial).phase == Phase::ended) {
    throw UsageError("cancel: trial " + std::to_string(request.trial) + " has ended already");
  }
  if (request.kind != Kind::cancel && request.kind != Kind::extend &&
      run_state(loaded) == RunState::finished) {
    throw UsageError("the experiment is finished; there is nothing to stop");
  }
}

}  // namespace

std::string apply_request(const Loaded& loaded, ControlRequest request) {
  request.time = wall_clock();
  refuse_senseless(loaded, request);
  if (!loaded.owner || loaded.owner->life == OwnerState::Life::gone) {
    apply_here(loaded, request);
    return "no coordinator runs; " + std::string(meaning_without_owner(request.kind)) +
           end_in_slurm(loaded, request);
  }
  try {
    write_request(loaded.directory, request);
  } catch (const std::system_error& error) {
    throw UsageError(error.what());
  }
  const bool alive = loaded.owner->life == OwnerState::Life::alive;
  return "asked " + loaded.owner->text +
         (alive ? "" : ", which is not seen from here: `diwan status` shows when it has heard");
}

}  // namespace diwan
