// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>

#include "driver/core/experiment.hpp"

namespace diwan {

/// Judges what is worth starting before the deadline of this process: the moment at which running
/// trials are asked to end, because the job it runs in does. What it knows of the length of trials
/// it learns from those that ended. Without a deadline everything is.
class TimeLeft {
 public:
  using Length = std::chrono::duration<double>;

  /// @param time_limit  of one run, by the specification.
  explicit TimeLeft(std::optional<std::chrono::seconds> time_limit) : time_limit_(time_limit) {}

  void set_deadline(Time now, Time deadline);
  const std::optional<Time>& deadline() const { return deadline_; }
  bool is_up(Time now) const { return deadline_ && now >= *deadline_; }

  /// Trials were seen to save their work: what is interrupted goes on from there.
  void work_is_saved() { work_is_saved_ = true; }
  bool saves_work() const { return work_is_saved_; }

  /// Takes in how long this trial took, unless that tells nothing: it has not ended, never ran, or
  /// was killed.
  void learn(const Experiment& experiment, const Trial& trial);
  /// Takes in all that ended before.
  void learn(const Experiment& experiment);

  /// How long a trial takes at most, nine times out of ten: of those with the same resource, where
  /// there is one, else by the next smaller in proportion, else by the next larger. Not more than
  /// the time limit of a run; nothing where neither is known.
  std::optional<Length> length(const Experiment& experiment, const Trial& trial) const;
  /// The same for a trial that is not suggested yet: with whichever resource takes the least.
  std::optional<Length> shortest_length() const;

  /// Would a trial of that length come to its end, or so far that it is worth it? Where trials save
  /// their work, that is a tenth. The first twentieth of the time is always enough: who starts then
  /// will never have more.
  bool enough(Time now, const std::optional<Length>& length) const;

 private:
  struct Ended {
    double last_seconds = 0;  ///< of the last attempt
    double all_seconds = 0;   ///< of all attempts
  };
  using Recent = std::deque<Ended>;

  Length usual(const Recent& ended) const;
  std::optional<Length> limited(std::optional<Length> length) const;

  std::optional<std::chrono::seconds> time_limit_;
  std::optional<Time> begin_;
  std::optional<Time> deadline_;
  bool work_is_saved_ = false;
  std::map<double, Recent> by_resource_;  ///< 0 where there is none
};

}  // namespace diwan
