// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "driver/launchers/back_off.hpp"

namespace diwan::slurm_step {

/// Why srun could not start a step.
enum class Refusal {
  away,      ///< Slurm does not answer
  job_over,  ///< the job ends
  never,     ///< it can never be in this job
  other
};
/// @param said  srun's own words
Refusal refusal_in(std::string_view said);

/// How many trials may be steps at a time, by what becomes of those that were asked for: no more
/// are, for a while, than Slurm has room for, and none while it does not answer.
class StepRoom {
 public:
  using Time = BackOff::Clock::time_point;

  /// @param most  fit as far as is reckoned
  StepRoom(std::string job, std::uint32_t most);

  /// While so many steps run.
  std::uint32_t trials(std::size_t running, Time present) const;
  /// Time has passed.
  void look(Time present);

  /// A step began; with it so many run.
  void began(std::size_t running);
  /// One has waited for long, while so many run. `why`: srun's words; may be empty.
  void waits(std::size_t running, const std::string& why, Time present);
  /// One ended before it began. @return why going on is no use; empty where it is
  std::string not_begun(const std::string& why, Time present);
  /// Slurm told one to end, so that the job may be about to: what is started now would be ended
  /// too.
  void told_to_end(Time present);

  /// For people, since the last call.
  std::vector<std::string> take_notices();

 private:
  std::string job_;
  std::uint32_t most_;
  std::uint32_t room_;
  BackOff widening_;  ///< from one wait to the next try with one more
  std::optional<Time> widen_at_;
  Time closed_until_{};
  BackOff retries_;
  bool on_trial_ = false;  ///< one at a time is started until one begins
  int refused_in_a_row_ = 0;
  bool ever_began_ = false;
  bool told_of_wait_ = false;          ///< of all, since one began
  std::set<std::uint32_t> told_of_;    ///< rooms
  std::set<Refusal> told_of_refusal_;  ///< since one began
  std::vector<std::string> notices_;
};

}  // namespace diwan::slurm_step
