// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "collectors/registry.hpp"
#include "driver/core/event.hpp"
#include "driver/core/waits.hpp"

namespace diwan {

/// Where runs show their metrics to Prometheus (kind PrometheusMetric), on their own host.
struct ScrapeTarget {
  std::optional<int> port;  ///< none: each run's own, DIWAN_PORT
  std::string path = "/metrics";
  std::vector<std::pair<std::string, std::string>> headers = {};
  bool operator==(const ScrapeTarget&) const = default;
};

/// What is the same for all runs of an experiment; sent to every supervisor once.
struct RunSettings {
  std::string experiment;
  std::filesystem::path directory;  ///< the experiment directory, absolute
  CollectorSpec collector;
  /// Below the trial's directory, for kind File the metrics file (empty: standard streams), for
  /// TensorFlowEvent the directory of the event files.
  std::string metrics_file;
  ScrapeTarget scrape;  ///< for kind PrometheusMetric
  /// For kind Custom: the file below the trial's directory with which the collector is fed; empty:
  /// with standard output.
  std::string fed_file;
  std::string fed_directory;    ///< instead: a directory, which is only made
  std::string collector_image;  ///< for kind Custom, by --container; empty: no container
  std::vector<std::string> setup;
  std::string apptainer_image;  ///< empty: no container
  std::optional<std::chrono::seconds> time_limit;
  std::chrono::milliseconds grace{30000};
  std::uint32_t cpus = 0;                                  ///< per trial; 0: its share of the cores
  std::uint32_t gpus = 0;                                  ///< per trial
  enum class Keep { all, failed, none } keep = Keep::all;  ///< logs to keep after the end
  bool operator==(const RunSettings&) const = default;
};

/// One run to start. Directories are made by the supervisor.
struct Launch {
  RunKey run;
  std::string trial_name;
  std::vector<std::string> argv;
  std::vector<std::pair<std::string, std::string>> env;  ///< from the template
  std::string working_directory;
  /// What the command is given to as words of its own: srun, its options and the program on each of
  /// its tasks, where the run is a step of a Slurm job. Empty: it runs on this host.
  std::vector<std::string> step;
  /// For kind Custom: the user's own collector, beside the run.
  struct Collector {
    std::vector<std::string> argv;
    std::vector<std::pair<std::string, std::string>> env;
    std::string working_directory;
    bool operator==(const Collector&) const = default;
  };
  Collector collector;
  /// DIWAN_PARAM_* and the file of DIWAN_PARAMETERS: name, text, and whether JSON has it as a
  /// number.
  struct ParameterText {
    std::string name;
    std::string text;
    bool number = false;
    bool operator==(const ParameterText&) const = default;
  };
  std::vector<ParameterText> parameters;
  std::int32_t seed = 0;  ///< DIWAN_SEED
  /// Checkpoint directory that this one's is copied from before the first attempt; empty: none.
  std::filesystem::path continues;
  /// When it will be asked to end because the job it runs in does; DIWAN_DEADLINE, unless its own
  /// time limit comes first.
  std::optional<Time> deadline;
  bool operator==(const Launch&) const = default;
};

/// trials/TRIAL below the experiment directory, and the folders in it (design.md section 10).
std::filesystem::path attempt_directory(const std::filesystem::path& experiment_directory,
                                        const std::string& trial_name, std::uint32_t attempt);
std::filesystem::path checkpoint_directory(const std::filesystem::path& experiment_directory,
                                           const std::string& trial_name);

/// What a launcher reports. Observed leaves `steps` empty where the source gives none.
using Report = std::variant<Started, Observed, Ended>;

/// Something about the launcher itself that a person should read (a worker died, a trial was
/// adopted).
struct Notice {
  std::string text;
  bool operator==(const Notice&) const = default;
};

/// No trial can ever run as the file asks for it, by whoever was to run them.
struct LaunchRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Runs trials somewhere. Policy is not its business: it starts what it is given.
class Launcher {
 public:
  Launcher() = default;
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;
  virtual ~Launcher() = default;  ///< ends what still runs and belongs to us

  virtual std::string_view name() const = 0;
  /// Where its runs go, in words that follow "4 at a time".
  virtual std::string where() const { return "by " + std::string(name()); }
  /// Trials at a time.
  virtual std::uint32_t capacity() const = 0;
  /// Trials at a time where nobody says how many.
  virtual std::uint32_t default_parallel() const { return capacity(); }
  /// Do runs go on without this process? Then they are not lost with it: whoever resumes the
  /// experiment submits those not ended once more, and they are adopted.
  virtual bool runs_outlive_us() const { return false; }
  /// A line for people about what was done, at the end; empty: nothing to say.
  virtual std::string summary() const { return {}; }
  /// Names those parts that never get a run while only so many run at a time; empty: none.
  virtual std::string idle_at(std::uint32_t /*runs*/) const { return {}; }
  /// At most so many trials will run at a time from now on: each may have a larger share.
  virtual void expect(std::uint32_t /*trials*/) {}
  /// A key already alive is adopted, never doubled. Returns at once.
  virtual void submit(std::span<const Launch> launches) = 0;
  /// Ends runs: TERM, after the grace time KILL, of the whole tree; `now`: KILL. Unknown or ended:
  /// no-op.
  virtual void cancel(std::span<const RunKey> runs, bool now) = 0;
  /// Reports since the last call, waiting at most `patience` for the first; may repeat itself.
  /// @throws LaunchRefused, std::runtime_error where nothing can run any more
  virtual std::vector<Report> poll(std::chrono::microseconds patience) = 0;
  /// Notices since the last call.
  virtual std::vector<Notice> notices() = 0;
  /// A descriptor that becomes readable when poll() has something, or soon will; -1: none.
  virtual int wake_descriptor() const { return -1; }
  /// How long poll() may be left alone at most while that descriptor says nothing.
  virtual std::chrono::microseconds longest_sleep() { return std::chrono::milliseconds{1}; }
  /// The grace time that now holds (mpirun may leave us only a second).
  virtual void set_grace(std::chrono::milliseconds grace) = 0;
  /// Why runs have not started, all of them, where something was learned of it since the last call.
  virtual std::optional<Waits> waits() { return std::nullopt; }
};

}  // namespace diwan
