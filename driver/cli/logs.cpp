// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <ostream>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/launchers/launcher.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

/// The bytes of one log, read as far as it goes; it may not be there yet.
class Log {
 public:
  explicit Log(fs::path path) : path_(std::move(path)) {}
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }

  bool exists() { return fd_ >= 0 || (fd_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC)) >= 0; }
  std::string name() const { return path_.filename().string(); }
  /// The next bytes; empty where there are none yet.
  std::string_view read() {
    ssize_t count = -1;
    do {
      count = exists() ? ::read(fd_, buffer_.data(), buffer_.size()) : 0;
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
      throw UsageError("logs: " + path_.string() + ": " + std::generic_category().message(errno));
    }
    return {buffer_.data(), static_cast<std::size_t>(count)};
  }

 private:
  fs::path path_;
  int fd_ = -1;
  std::array<char, 65536> buffer_{};
};

/// Prints both logs of an attempt, with a line where it goes from one to the other.
class Output {
 public:
  Output(const fs::path& attempt, std::ostream& out)
      : logs_{Log(attempt / "stdout.log"), Log(attempt / "stderr.log")}, out_(out) {}

  bool exists() { return logs_[0].exists() || logs_[1].exists(); }
  void print_new() {
    for (std::size_t l = 0; l < logs_.size(); ++l) {
      for (auto bytes = logs_[l].read(); !bytes.empty(); bytes = logs_[l].read()) {
        if (l != last_) {
          out_ << (at_line_start_ ? "" : "\n") << "==> " << logs_[l].name() << " <==\n";
          last_ = l;
        }
        out_ << bytes;
        at_line_start_ = bytes.back() == '\n';
      }
    }
    out_.flush();
  }

 private:
  std::array<Log, 2> logs_;
  std::ostream& out_;
  std::size_t last_ = 0;
  bool at_line_start_ = true;
};

bool owner_may_live(const fs::path& directory) {
  const auto owner = read_owner(directory);
  return owner && owner->life != OwnerState::Life::gone;
}

/// The attempt to show: the one asked for, else the last.
std::uint32_t attempt_of(const Call& call, const Trial& trial) {
  const std::uint32_t last = std::max(trial.attempts, 1U);
  return static_cast<std::uint32_t>(call.whole("attempt", 1, last).value_or(last));
}

ExitStatus run(const Call& call) {
  using namespace std::chrono_literals;
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  const Trial& trial = find_trial(loaded, call.text("trial"));
  const fs::path attempt = attempt_directory(loaded.directory, trial.name, attempt_of(call, trial));
  Output output(attempt, call.out);
  const bool follow = call.flag("follow") && trial.phase != Phase::ended;
  if (!output.exists() && !follow) {
    throw UsageError(
        "logs: " + attempt.string() + " has no logs; trial " + std::to_string(trial.number) +
        (trial.attempts == 0 ? " has not been started (-f waits for it)"
                             : " printed nothing yet, or its logs were not kept (--keep)"));
  }
  while (follow) {
    // Looked at before the logs are read, so that nothing written before an end is missed.
    std::error_code none;
    const bool over = fs::exists(attempt / "exit", none) || !owner_may_live(loaded.directory);
    output.print_new();
    if (over) {
      return ExitStatus::done;
    }
    std::this_thread::sleep_for(200ms);
  }
  output.print_new();
  return ExitStatus::done;
}

}  // namespace

Verb logs_verb() {
  return {.name = "logs",
          .summary = "what a trial printed",
          .details = "Its standard output and standard error, of its last attempt.",
          .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")},
                          {.name = "trial", .takes = Takes::a(Takes::Kind::trial, "TRIAL")}},
          .options = {{.name = "follow",
                       .letter = 'f',
                       .help = "go on as it grows, until the trial ends"},
                      {.name = "attempt",
                       .takes = Takes::text("K"),
                       .help = "of attempt K instead of the last"}},
          .examples = {{"diwan logs search.diwan last -f", "follow the newest trial"}},
          .run = run};
}

}  // namespace diwan
