// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "driver/core/experiment.hpp"

namespace diwan {

/// Which of the trials that have ended keep their files (the supervisor sees to `--keep failed` and
/// `none` by itself).
struct KeepRule {
  std::uint32_t best = 1;     ///< how many of the best trials keep their checkpoints
  bool logs_of_best = false;  ///< only those keep their logs too: `--keep best:K`
  /// Trials go on from others' checkpoints: one stays until the trial that took it has ended, in a
  /// population until its member has gone on from a later result and all that took it have ended,
  /// or until the experiment is complete.
  bool for_children = false;
};

/// Removes the files of trials that ended and are not among the best, by the objective: their
/// checkpoints, and by `--keep best:K` their logs. Nothing is removed before the trial's end is
/// written, since what is not written is read from those files again. Texts and several objectives
/// have no order, so their trials keep everything.
class KeptFiles {
 public:
  /// Trials that ended in `experiment` already are judged at once.
  KeptFiles(const std::filesystem::path& directory, KeepRule rule, const Experiment& experiment);
  KeptFiles(const KeptFiles&) = delete;
  KeptFiles& operator=(const KeptFiles&) = delete;
  ~KeptFiles();  ///< waits until what is to go is gone

  /// `records` were folded into `experiment` last.
  void step(const Experiment& experiment, std::span<const Record> records);
  /// Records up to this number are written: lets go what they ended. Returns at once.
  void written(std::uint64_t record);
  /// The experiment is complete, and nobody will go on from a checkpoint.
  void complete();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace diwan
