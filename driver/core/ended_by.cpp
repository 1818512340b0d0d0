// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/ended_by.hpp"

#include <variant>

namespace diwan {

std::optional<std::uint32_t> ended_by(const Record& record, const Experiment& experiment) {
  if (const auto* ended = std::get_if<Ended>(&record.event)) {
    const Trial& trial = experiment.trial(ended->run.trial);
    const bool over = trial.phase == Phase::ended && trial.attempts == ended->run.attempt;
    return over ? std::optional(trial.number) : std::nullopt;
  }
  const auto* asked = std::get_if<StopAsked>(&record.event);
  if (asked == nullptr || asked->kind != StopAsked::Kind::cancel) {
    return std::nullopt;
  }
  // A trial that was cancelled while it ran ends with its run's own record.
  const Trial& trial = experiment.trial(asked->trial);
  const bool here = trial.phase == Phase::ended && trial.status == TrialStatus::killed &&
                    trial.stop == StopReason::none;
  return here ? std::optional(trial.number) : std::nullopt;
}

}  // namespace diwan
