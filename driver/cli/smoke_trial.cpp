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

#include "driver/cli/line_finder.hpp"
#include "driver/cli/preview.hpp"
#include "driver/cli/smoke_verdict.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/launchers/supervisor/absence.hpp"
#include "driver/launchers/supervisor/environment.hpp"
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

/// Prints what is reported of the trial, with the lines it was read from, and keeps what the
/// verdict needs.
class Witness {
 public:
  Witness(const Spec& spec, LineFinder& lines, std::ostream& out)
      : spec_(spec), lines_(lines), out_(out) {
    facts_.metrics.resize(spec.metrics.size());
  }

  void take(const Report& report) {
    std::visit([this](const auto& one) { see(one); }, report);
    out_.flush();
  }
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  const std::optional<Ended>& ended() const { return ended_; }
  const SmokeFacts& facts() const { return facts_; }

 private:
  void see(const Started& started) {
    out_ << since() << "started, process " << started.pid << '\n';
  }
  void see(const Observed& observed) {
    for (std::size_t i = 0; i < observed.values.size(); ++i) {
      see(observed, i);
    }
  }
  void see(const Observed& observed, std::size_t i) {
    constexpr std::uint64_t most_shown = 10;  // of each metric; the others are counted
    SmokeFacts::Metric& metric = facts_.metrics.at(observed.metric);
    const auto text = observed.texts.find(static_cast<std::uint32_t>(i));
    const auto count = static_cast<std::int64_t>(++metric.count);
    const std::int64_t step = i < observed.steps.size() ? observed.steps[i] : count;
    metric.last_step = step;
    metric.last_at = seconds();
    if (count == 1) {
      metric.first_step = step;
      metric.first_at = metric.last_at;
    }
    metric.usable =
        metric.usable || text != observed.texts.end() || std::isfinite(observed.values[i]);
    if (metric.count > most_shown) {
      out_ << (metric.count == most_shown + 1
                   ? since() + spec_.metrics[observed.metric].name + " goes on\n"
                   : "");
      return;
    }
    out_ << since() << spec_.metrics[observed.metric].name << " = "
         << (text != observed.texts.end() ? printable(text->second) : shortest(observed.values[i]))
         << " at step " << step << line_text(observed, i) << '\n';
  }
  std::string line_text(const Observed& observed, std::size_t i) {
    constexpr std::size_t longest = 100;
    const auto line = lines_.line_of(observed, i);
    const char* const source = observed.source == Source::standard_output  ? "stdout"
                               : observed.source == Source::standard_error ? "stderr"
                               : observed.source == Source::file           ? "the metrics file"
                                                                           : "DIWAN_METRICS";
    return "  by " + std::string(source) +
           (line ? ": " + cut_to(printable(*line), longest) : std::string());
  }
  void see(const Ended& ended) {
    ended_ = ended;
    facts_.seconds = seconds();
    facts_.succeeded = ended.outcome == RunOutcome::succeeded;
    out_ << since() << (facts_.succeeded ? "succeeded" : "ended: " + printable(ended.reason))
         << '\n';
  }
  std::string since() const {
    std::string text = duration_text(seconds());
    text.resize(std::max<std::size_t>(text.size() + 2, 10), ' ');
    return text;
  }

  const Spec& spec_;
  LineFinder& lines_;
  std::ostream& out_;
  SmokeFacts facts_;
  std::optional<Ended> ended_;
  Clock::time_point start_ = Clock::now();
};

/// Why each metric that gave nothing usable did not.
void add_absences(const RunSettings& settings, const RunPaths& paths, SmokeFacts& facts) {
  for (std::size_t m = 0; m < facts.metrics.size(); ++m) {
    if (!facts.metrics[m].usable) {
      facts.metrics[m].absence = why_no_value(settings, paths, m, facts.metrics[m].count > 0);
    }
  }
}

/// Lets Ctrl-C and TERM end the trial instead of us, so that nothing is left behind.
volatile std::sig_atomic_t interrupted = 0;
extern "C" void note_interrupt(int) { interrupted = 1; }

}  // namespace

ExitStatus smoke_trial(const Spec& spec, const LauncherFactories& launchers,
                       std::chrono::seconds limit, std::ostream& out) {
  using namespace std::chrono_literals;
  const auto local = launchers.find("local");
  if (local == launchers.end()) {
    throw UsageError("validate: --try needs the local launcher, which is not in this program");
  }
  for (const std::string& obstacle : obstacles(spec, false, TrialTasks::one)) {
    throw UsageError("validate: --try: " + obstacle);
  }
  const TemporaryDirectory directory;
  const std::uint64_t seed = spec.seed.value_or(0);
  const std::vector<Trial> trials = first_trials(spec, seed, 1);
  if (trials.empty()) {
    throw UsageError("validate: --try: the algorithm has no trial to suggest");
  }
  const Launch launch = launch_here(spec, trials.front(), seed, directory.path());
  const RunSettings settings =
      run_settings(spec, directory.path(), 5s, false, RunSettings::Keep::all);
  out << "\none trial on this host, for at most "
      << duration_text(static_cast<double>(limit.count())) << ":\n";
  out.flush();
  const auto launcher = local->second({.settings = settings, .trials_per_rank = 1, .slots = 1});
  LineFinder lines(settings, launch.trial_name, 1);
  Witness witness(spec, lines, out);
  std::signal(SIGINT, note_interrupt);
  std::signal(SIGTERM, note_interrupt);
  launcher->submit({&launch, 1});
  bool interrupt_passed_on = false;
  bool cut_short = false;
  while (!witness.ended()) {
    if (interrupted != 0 && !std::exchange(interrupt_passed_on, true)) {
      launcher->cancel({&launch.run, 1}, true);
    } else if (!cut_short && witness.seconds() > static_cast<double>(limit.count())) {
      cut_short = true;
      launcher->cancel({&launch.run, 1}, false);
    }
    for (const Report& report : launcher->poll(200ms)) {
      witness.take(report);
    }
    for (const Notice& notice : launcher->notices()) {
      out << printable(notice.text) << '\n';
    }
  }
  SmokeFacts facts = witness.facts();
  facts.cut_short = cut_short && interrupted == 0 && !facts.succeeded &&
                    witness.ended()->outcome == RunOutcome::stopped;
  add_absences(settings, run_paths(directory.path(), launch.trial_name, 1), facts);
  const SmokeVerdict verdict = smoke_verdict(spec, facts);
  if (verdict.status != ExitStatus::done) {
    out << log_tail(attempt_directory(directory.path(), launch.trial_name, 1), most_lines);
  }
  out << '\n' << verdict.text;
  return verdict.status;
}

}  // namespace diwan
