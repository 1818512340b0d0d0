// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "algorithms/space/assignment.hpp"
#include "collectors/observation.hpp"
#include "driver/core/budget.hpp"
#include "driver/core/run_key.hpp"

namespace diwan {

// Events are facts: journaled, then folded into the experiment by apply(), live and on replay.

/// An algorithm's suggestion, accepted as trial `trial`. From now on the truth; never recomputed.
struct Suggested {
  std::uint32_t trial = 0;
  std::string name;
  Assignment assignment;
  Labels labels;
  std::optional<std::uint32_t> parent;
  bool operator==(const Suggested&) const = default;
};

/// The run is about to be given to a launcher.
struct Queued {
  RunKey run;
  bool operator==(const Queued&) const = default;
};

/// The run's command runs.
struct Started {
  RunKey run;
  Time at{};
  std::string host;
  std::vector<std::string> gpus;
  std::int64_t pid = 0;
  bool operator==(const Started&) const = default;
};

/// Which stream of a run gave an observation; each keeps its own order.
enum class Source { standard_output, standard_error, file, push };

/// A batch of one metric of one run, columns of equal length. Values that are no numbers are NaN
/// in `values` and stand in `texts` by their place.
struct Observed {
  RunKey run;
  std::uint32_t metric = 0;  ///< index into Rules::metrics
  Source source = Source::standard_output;
  /// Place of the first value among this metric's of (run, source), from 0.
  std::uint64_t first = 0;
  bool own_steps = false;  ///< steps are the source's own; else the count, from 1, in the run
  std::vector<std::int64_t> steps;
  std::vector<double> values;
  std::vector<Time> times;
  std::map<std::uint32_t, std::string> texts;
  bool operator==(const Observed& other) const;  ///< NaN equals NaN
};

/// An early-stopping decision.
struct Pruned {
  RunKey run;
  std::string rule;
  bool operator==(const Pruned&) const = default;
};

enum class RunOutcome { succeeded, failed, lost, stopped };

/// Why a run was lost. All but `unknown` go again without limit.
enum class LostCause {
  unknown,
  own_stop,
  preempted,
  time_limit,
  coordinator_gone,
  node_gone,
  no_folder,  ///< its folder in the experiment directory could not be written
  not_begun   ///< whoever was to run it did not take it up
};

/// What the run used, where it is known.
struct Usage {
  std::optional<std::uint64_t> peak_memory_bytes;
  std::optional<double> cpu_seconds;
  bool operator==(const Usage&) const = default;
};

struct Ended {
  RunKey run;
  RunOutcome outcome = RunOutcome::succeeded;
  Time at{};
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::string reason;                    ///< for people: "exit status 3", "time limit of 60 s"
  LostCause cause = LostCause::unknown;  ///< of a lost run
  Usage usage;
  bool operator==(const Ended&) const = default;
};

struct BudgetSet {
  Budget budget;
  std::string origin;  ///< who set it: "file", "--max-trials", "extend"
  bool operator==(const BudgetSet&) const = default;
};

/// Something was asked from outside, or the experiment came to its end.
struct StopAsked {
  enum class Kind {
    drain,   ///< start nothing, end running trials with grace, go: the program received a signal
    stop,    ///< the same by `diwan stop` or Ctrl-C
    pause,   ///< start nothing, let running trials run on
    go_on,   ///< end of a pause
    cancel,  ///< end one trial
    finish,  ///< decision: the experiment is complete, `reason` says how
    hold,  ///< decision: no trial starts any more, since none would end in time; `reason` says why
  };
  Kind kind = Kind::stop;
  bool now = false;         ///< without grace
  std::uint32_t trial = 0;  ///< of cancel
  /// Of finish: goal_reached, max_trials, exhausted, max_failed, no_metrics; of hold: for people.
  std::string reason;
  std::string by;  ///< "SIGTERM", "diwan stop", or by_time_limit
  bool operator==(const StopAsked&) const = default;
};
/// Who drains when the job that the coordinator runs in comes to its end.
inline constexpr const char* by_time_limit = "time limit";

/// A result that another experiment had before this one began.
struct KnownResult {
  Assignment assignment;           ///< in this experiment's space
  std::vector<double> objectives;  ///< finite, one per objective; empty where the trial failed
  bool early_stopped = false;
  bool operator==(const KnownResult&) const = default;
};

/// A coordinator took the directory. Ends pauses and stops of the one before.
struct OwnerChanged {
  std::uint64_t epoch = 0;
  std::string host;
  std::string boot_id;
  std::int64_t pid = 0;
  std::string job_id;
  std::optional<Time> job_end;  ///< when the Slurm job ends that it runs in, where that is known
  std::string launcher;
  std::string version;  ///< of Diwan
  std::uint64_t seed = 0;
  std::string spec;  ///< text of the experiment file as it counts (after --set); empty: as before
  std::string spec_file;  ///< its path, absolute
  Budget file_budget;     ///< what that file says, to tell when the file changes
  bool keep_going = false;
  std::vector<KnownResult> known;  ///< by the owner that began the experiment
  bool operator==(const OwnerChanged&) const = default;
};

using Event = std::variant<Suggested, Queued, Started, Observed, Pruned, Ended, BudgetSet,
                           StopAsked, OwnerChanged>;

/// An event with its place in the journal (from 1, without gaps) and the time it was written down.
struct Record {
  std::uint64_t number = 0;
  Time time{};
  Event event;
  bool operator==(const Record&) const = default;
};

}  // namespace diwan
