// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/types.h>

#include "driver/launchers/supervisor/absence.hpp"
#include "driver/launchers/supervisor/collection.hpp"
#include "driver/launchers/supervisor/companion.hpp"
#include "driver/launchers/supervisor/environment.hpp"
#include "driver/launchers/supervisor/event_directory.hpp"
#include "driver/launchers/supervisor/port_lease.hpp"
#include "driver/launchers/supervisor/run_end.hpp"
#include "driver/launchers/supervisor/scraper.hpp"
#include "driver/launchers/supervisor/spare_directories.hpp"
#include "driver/launchers/supervisor/spawn.hpp"
#include "driver/launchers/supervisor/tailed_file.hpp"

namespace diwan {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What all runs of a supervisor have in common.
struct RunHost {
  RunSettings settings;
  std::vector<std::string> environment;  ///< clean
  std::string host;
  std::string slurm_job_id;
  int null_device = -1;
  std::unique_ptr<SpareDirectories> spare;
};

/// One run on this host: its folders, its leading process, its streams and what it says.
///
/// begin() once; then the owner calls read_stream() for readable streams, look() now and then, and
/// exited() when it has reaped the leader; when the tree is gone, finish() once.
class Run {
 public:
  /// `host` must outlive the run.
  Run(const RunHost& host, Launch launch, SlotShare share, std::optional<PortLease> port);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Makes the folders; true if this run has an exit record already (then it must not begin again).
  /// @throws std::system_error if they cannot be made.
  bool prepare();
  /// Starts the command. What goes wrong ends the run: then ended() holds how.
  void begin(Spawner& spawner);

  const Launch& launch() const { return launch_; }
  RunKey key() const { return launch_.run; }
  /// Its leader is srun, which gives what it reads to all tasks of its step, and ends the step when
  /// it gets TERM.
  bool is_step() const { return !launch_.step.empty(); }
  /// Has the ranks of a step end their processes; false if there are none yet.
  bool ask_step_to_end() const;
  const RunPaths& paths() const { return place_.paths; }
  pid_t pid() const { return pid_; }
  std::uint64_t start_ticks() const { return start_ticks_; }
  Started started() const;

  /// The leader is a child of ours that has not been reaped.
  bool leader_lives() const { return pid_ > 0 && !exited_at_; }
  std::optional<SteadyTime> exited_at() const { return exited_at_; }
  /// It failed so lately that this may turn out to be the end of the whole job (end_request.hpp).
  bool awaits_word(SteadyTime now) const;

  /// The descriptor of standard output (0) or error (1); -1 once it is closed.
  int stream(int which) const { return streams_.at(static_cast<std::size_t>(which)).pipe; }
  bool streams_closed() const { return stream(0) < 0 && stream(1) < 0; }
  SteadyTime last_heard() const { return last_heard_; }
  /// Reads once from a readable stream; false at its end.
  bool read_stream(int which);
  /// Closes a stream and its log. Whoever polls the descriptor must have been told before: a child
  /// just being made may still hold a copy of it.
  void close_stream(int which);
  /// Reads what is new in the files that the run writes and in what it shows to Prometheus, a piece
  /// of each; true if there was something.
  bool look();

  /// The user's own collector; null where there is none.
  Companion* companion() { return companion_ ? &*companion_ : nullptr; }
  const Companion* companion() const { return companion_ ? &*companion_ : nullptr; }
  /// Nothing else is left of it.
  bool awaits_companion() const {
    return companion_ && companion_->lives() && companion_->source_complete;
  }

  /// When its time limit is over; a step's begins with its tasks, so that none is known before.
  std::optional<SteadyTime> deadline() const { return deadline_; }

  /// The collector's batches so far.
  bool has_observations() const { return !collection_.empty(); }
  std::vector<Observed> take_observations() { return collection_.take(); }
  SteadyTime last_taken{};  ///< for the owner: when it took some

  /// Makes the file that tells the run it was asked to stop, before it gets the signal: so that a
  /// process that cannot have a handler learns of it too.
  void note_stop() const;
  void exited(int wait_status, const rusage& usage);
  /// After the last look(): judges the end and writes the exit record. Observations may be left to
  /// take. Adds to `problems` what a person should know.
  Ended finish(std::vector<std::string>& problems);

  /// How it is being ended, for the owner: since when, and from when on by KILL.
  struct Stop {
    StopCause cause = StopCause::cancelled;
    SteadyTime kill_at;
    bool step_told = false;  ///< srun was sent TERM
  };
  std::optional<Stop> stop;
  /// For the owner, while it waits for the rest of the tree: when it looks next, and since when it
  /// kills.
  SteadyTime next_scan{};
  std::chrono::milliseconds scan_pause{0};
  std::optional<SteadyTime> kill_since;

 private:
  struct Stream {
    int pipe = -1;
    int log = -1;  ///< opened with the first byte
    bool log_failed = false;
  };

  void prepare_collecting();
  void begin_collecting(Spawner& spawner);
  bool has_begun() const;
  void watch_begin();
  bool scrape();
  Inquiry inquiry() const;
  bool make_pipes(std::array<int, 2>& ends);
  int open_step_input();
  void write_log(int which, std::string_view bytes);
  SpawnOrder order(const RunSettings& settings, const Launch& launch) const;
  SpawnOrder companion_order() const;
  void write_parameters() const;
  void end_early(RunOutcome outcome, std::string reason);
  bool has_failed() const;
  bool exit_is_told() const;
  void judge_metrics(Ended& ended);

  const RunHost* host_;
  Launch launch_;
  std::optional<PortLease> port_;
  RunPlace place_;
  Collection collection_;
  TailedFile push_file_;
  TailedFile metrics_file_;
  std::optional<EventDirectory> events_;
  std::optional<Scraper> scraper_;
  std::optional<Companion> companion_;
  bool asked_to_stop_ = false;  ///< and the scraper knows
  std::array<Stream, 2> streams_;
  int step_input_end_ = -1;  ///< srun's, until it has it
  int step_input_ = -1;      ///< of srun; with its end the ranks know that we are gone
  pid_t pid_ = -1;
  std::uint64_t start_ticks_ = 0;
  Time started_at_{};
  SteadyTime last_heard_{};
  std::optional<SteadyTime> deadline_;
  SteadyTime next_begin_look_{};
  std::optional<SteadyTime> exited_at_;
  Time ended_at_{};
  int wait_status_ = 0;
  rusage usage_{};
  std::optional<Ended> early_end_;
  std::vector<std::string> problems_;
};

}  // namespace diwan
