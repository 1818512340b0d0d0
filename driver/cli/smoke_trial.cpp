// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/smoke_trial.hpp"

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <system_error>
#include <utility>

#include "driver/cli/preview.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/results/duration_text.hpp"
#include "driver/results/table.hpp"
#include "driver/shell/launching.hpp"
#include "driver/shell/log_tail.hpp"
#include "driver/shell/requirements.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t most_lines = 40;  ///< shown of each log

/// A directory of its own that goes with it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string path = (fs::temp_directory_path() / "diwan-try-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) {
      throw UsageError("validate: " + path + ": " + std::generic_category().message(errno) +
                       "; set TMPDIR to a directory that can be written");
    }
    path_ = path;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code none;
    fs::remove_all(path_, none);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// Prints what is reported of the trial, and remembers whether its objectives were seen.
class Witness {
 public:
  Witness(const Spec& spec, std::ostream& out)
      : spec_(spec), out_(out), seen_(spec.metrics.size(), false) {}

  void take(const Report& report) {
    std::visit([this](const auto& one) { see(one); }, report);
    out_.flush();
  }
  const std::optional<Ended>& ended() const { return ended_; }
  /// The first objective that gave no finite value; nothing if all did.
  std::optional<std::string> missing() const {
    for (std::size_t o = 0; o < spec_.objectives.size(); ++o) {
      if (!seen_[o]) {
        return spec_.objectives[o].metric;
      }
    }
    return std::nullopt;
  }

 private:
  void see(const Started& started) {
    out_ << since() << "started, process " << started.pid << '\n';
  }
  void see(const Observed& observed) {
    for (std::size_t i = 0; i < observed.values.size(); ++i) {
      const auto text = observed.texts.find(static_cast<std::uint32_t>(i));
      out_ << since() << spec_.metrics.at(observed.metric).name << " = "
           << (text != observed.texts.end() ? printable(text->second)
                                            : shortest(observed.values[i]));
      if (i < observed.steps.size()) {
        out_ << " at step " << observed.steps[i];
      }
      out_ << '\n';
      seen_[observed.metric] = seen_[observed.metric] || text != observed.texts.end() ||
                               std::isfinite(observed.values[i]);
    }
  }
  void see(const Ended& ended) {
    ended_ = ended;
    out_ << since()
         << (ended.outcome == RunOutcome::succeeded ? "succeeded"
                                                    : "failed: " + printable(ended.reason))
         << '\n';
  }
  std::string since() const {
    const auto seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    std::string text = duration_text(seconds);
    text.resize(std::max<std::size_t>(text.size() + 2, 10), ' ');
    return text;
  }

  const Spec& spec_;
  std::ostream& out_;
  std::vector<bool> seen_;
  std::optional<Ended> ended_;
  Clock::time_point start_ = Clock::now();
};

/// Lets Ctrl-C and TERM end the trial instead of us, so that nothing is left behind.
volatile std::sig_atomic_t interrupted = 0;
extern "C" void note_interrupt(int) { interrupted = 1; }

}  // namespace

ExitStatus smoke_trial(const Spec& spec, const LauncherFactories& launchers, std::ostream& out) {
  using namespace std::chrono_literals;
  const auto local = launchers.find("local");
  if (local == launchers.end()) {
    throw UsageError("validate: --try needs the local launcher, which is not in this program");
  }
  for (const std::string& obstacle : obstacles(spec, false)) {
    throw UsageError("validate: --try: " + obstacle);
  }
  const TemporaryDirectory directory;
  const std::uint64_t seed = spec.seed.value_or(0);
  const std::vector<Trial> trials = first_trials(spec, seed, 1);
  if (trials.empty()) {
    throw UsageError("validate: --try: the algorithm has no trial to suggest");
  }
  const Launch launch = launch_here(spec, trials.front(), seed, directory.path());
  out << "\none trial on this host:\n";
  out.flush();
  Witness witness(spec, out);
  const auto launcher = local->second(
      {.settings = run_settings(spec, directory.path(), 5s, false, RunSettings::Keep::all),
       .trials_per_rank = 1,
       .slots = 1});
  std::signal(SIGINT, note_interrupt);
  std::signal(SIGTERM, note_interrupt);
  launcher->submit({&launch, 1});
  bool cancelled = false;
  while (!witness.ended()) {
    if (interrupted != 0 && !std::exchange(cancelled, true)) {
      launcher->cancel({&launch.run, 1}, true);
    }
    for (const Report& report : launcher->poll(200ms)) {
      witness.take(report);
    }
    for (const Notice& notice : launcher->notices()) {
      out << printable(notice.text) << '\n';
    }
  }
  const fs::path attempt = attempt_directory(directory.path(), launch.trial_name, 1);
  if (witness.ended()->outcome != RunOutcome::succeeded) {
    out << log_tail(attempt, most_lines);
    return ExitStatus::too_many_failures;
  }
  if (const auto missing = witness.missing()) {
    out << "the objective " << *missing << " was not seen\n";
    out << log_tail(attempt, most_lines);
    return ExitStatus::no_usable_trial;
  }
  out << "safe to run\n";
  return ExitStatus::done;
}

}  // namespace diwan
