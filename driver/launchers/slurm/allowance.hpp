// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>

#include "driver/launchers/back_off.hpp"
#include "driver/launchers/slurm/roster.hpp"
#include "driver/launchers/slurm/scheduler/scheduler.hpp"

namespace diwan::slurm {

/// How large an array Slurm takes, and when it may be asked again that did not take one.
class Allowance {
 public:
  /// Asks Slurm for its limits. Both must outlive this.
  Allowance(Scheduler& scheduler, Roster& roster);

  /// The most tasks that an array may have now; 0: nothing is to be submitted now.
  std::uint32_t tasks(SteadyTime present) const;
  /// For the limits once more: where Slurm did not answer, or refused an array by one.
  void ask(SteadyTime present);

  void take(const Limits& answer);
  /// The answer to the question for the limits. @throws LaunchRefused where Slurm has never
  /// answered: at once where it cannot be asked at all, as it is not configured here; after a while
  /// where no earlier coordinator left jobs.
  void take(const Refused& answer, SteadyTime present);
  /// An array was taken.
  void granted();
  /// One of so many tasks was not, and may be later. An administrator may have changed the limits.
  void refused(std::uint32_t tasks, const std::string& why, SteadyTime present);
  /// Arrays of so many tasks are too long.
  void refused_length(std::uint32_t tasks, SteadyTime present);
  /// Slurm does not answer; said once. @return when it is asked again
  SteadyTime away(const std::string& why, SteadyTime present);
  /// When Slurm is asked again that did not answer; ever later.
  SteadyTime next_try(SteadyTime present);
  /// It answers.
  void is_back();
  /// Why nothing is submitted, or less than would be; empty: all is.
  const std::string& hindrance() const { return away_.empty() ? full_ : away_; }

 private:
  static constexpr std::uint32_t no_limit = std::numeric_limits<std::uint32_t>::max();

  /// Slurm has not answered once, and nothing of ours can be in its hands.
  bool is_in_vain() const { return !known_ && roster_->arrays().empty(); }
  void tell_once(const std::string& text);

  Scheduler* scheduler_;
  Roster* roster_;
  std::optional<std::uint64_t> question_;  ///< for the limits
  std::optional<SteadyTime> ask_at_;
  bool known_ = false;                      ///< the limits, whether they still hold or not
  std::uint32_t limit_;                     ///< Slurm's own
  std::uint32_t largest_ = no_limit;        ///< that another limit lets pass, as far as is known
  std::uint32_t length_ = no_limit;         ///< of an array, where Slurm takes none of limit_
  std::optional<SteadyTime> silent_since_;  ///< it has never answered
  SteadyTime next_submission_{};
  BackOff retries_;
  std::set<std::string> told_;
  std::string full_;  ///< why Slurm takes no more jobs, since it took one last
  std::string away_;  ///< why it does not answer, since it did
};

}  // namespace diwan::slurm
