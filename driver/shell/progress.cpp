// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/progress.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <utility>
#include <variant>

#include <sys/ioctl.h>
#include <unistd.h>

#include "collectors/timestamp.hpp"
#include "driver/core/ended_by.hpp"
#include "driver/core/shell_quote.hpp"
#include "driver/results/duration_text.hpp"
#include "driver/results/row.hpp"
#include "driver/results/table.hpp"

namespace diwan {
namespace {

using namespace std::chrono_literals;

std::size_t width_of(std::FILE* stream) {
  winsize size{};
  if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  return 80;
}

std::string objective_text(const Experiment& experiment, const Trial& trial) {
  return printable(cell_text(objective_value(experiment, trial)));
}

/// Several objectives have no one best; the best by the first is told, and by which.
std::string best_text(const Experiment& experiment) {
  const auto best = experiment.best();
  if (!best) {
    return "best none yet";
  }
  const Trial& trial = experiment.trial(*best);
  const bool several = experiment.rules().directions.size() > 1;
  return "best " + (several ? experiment.rules().metrics.front().name + " " : "") +
         objective_text(experiment, trial) + " (#" + std::to_string(*best) + ")";
}

std::uint32_t bad(const Counters& counters) {
  return counters.failed + counters.metrics_unavailable;
}

std::string counts_text(const Experiment& experiment) {
  const Counters& counters = experiment.counters();
  std::string text = std::to_string(counters.completed());
  if (experiment.budget().max_trials) {
    text += "/" + std::to_string(*experiment.budget().max_trials);
  }
  text += " done, " + std::to_string(counters.running) + " running, " +
          std::to_string(bad(counters)) + " failed";
  return text;
}

/// Seconds left, from the pace so far.
std::optional<double> time_left(const Experiment& experiment, std::uint32_t done, double elapsed) {
  const auto& max = experiment.budget().max_trials;
  if (!max || done == 0) {
    return std::nullopt;
  }
  const std::uint32_t completed = experiment.counters().completed();
  return completed >= *max ? 0 : elapsed / done * (*max - completed);
}

std::string ended_text(const Experiment& experiment, const Trial& trial) {
  std::string text =
      "trial #" + std::to_string(trial.number) + " " + trial.name + " " + to_string(trial.status);
  if (experiment.objectives_available(trial)) {
    text += " " + experiment.rules().metrics.front().name + "=" + objective_text(experiment, trial);
    for (std::size_t i = 1; i < experiment.rules().directions.size(); ++i) {
      text += " " + experiment.rules().metrics[i].name + "=" +
              printable(cell_text(*experiment.objective(trial, i)));
    }
  }
  text += " in " + duration_text(trial.seconds);
  const std::string& why = trial.status == TrialStatus::early_stopped ? trial.rule : trial.reason;
  if (trial.status != TrialStatus::succeeded && !why.empty()) {
    text += ": " + why;
  }
  return text;
}

}  // namespace

Progress::Progress(std::string experiment, ProgressMode mode, std::FILE* stream,
                   std::function<std::string(const Trial&)> tail)
    : name_(std::move(experiment)), mode_(mode), stream_(stream), tail_(std::move(tail)) {
  if (mode_ == ProgressMode::automatic) {
    const char* terminal = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe)
    const bool dumb = terminal == nullptr || std::string(terminal) == "dumb";
    mode_ = isatty(fileno(stream_)) == 1 && !dumb ? ProgressMode::bar : ProgressMode::plain;
  }
}

Progress::~Progress() { clear(); }

void Progress::step(Time now, const Experiment& experiment, std::span<const Record> records) {
  if (!started_) {
    started_ = true;
    begin_ = last_line_ = now;
    done_at_begin_ = experiment.counters().completed();
  }
  bool trial_ended = false;
  for (const Record& record : records) {
    if (notices_) {
      notices_->take(record, experiment);
    }
    const auto* ended = std::get_if<Ended>(&record.event);
    if (ended == nullptr) {
      continue;
    }
    trial_ended = true;
    const Trial& trial = experiment.trial(ended->run.trial);
    if (ended_by(record, experiment)) {
      tell_end(experiment, trial);
    } else if (ended->outcome == RunOutcome::failed || ended->cause == LostCause::unknown ||
               ended->cause == LostCause::node_gone) {
      note("trial #" + std::to_string(trial.number) + " attempt " +
           std::to_string(ended->run.attempt) + " " +
           (ended->outcome == RunOutcome::failed ? "failed" : "was lost") +
           " and goes again: " + ended->reason);
    }
  }
  if (notices_ && trial_ended) {
    tell(notices_->found(experiment));
  }
  tick(now, experiment);
}

void Progress::tell_notices(Notices notices, std::filesystem::path directory) {
  notices_ = std::move(notices);
  directory_ = std::move(directory);
}

void Progress::tell(const std::vector<SearchNotice>& notices) {
  constexpr std::uint32_t most_stalled = 5;  // where all hang alike, a few tell it
  for (const SearchNotice& notice : notices) {
    if (!told_.emplace(notice.kind, notice.subject).second) {
      continue;
    }
    stalled_told_ += notice.kind == SearchNotice::Kind::stalled ? 1 : 0;
    if (notice.kind != SearchNotice::Kind::stalled || stalled_told_ <= most_stalled) {
      note("notice: " + text_for(notice, directory_));
    } else if (stalled_told_ == most_stalled + 1) {
      note("notice: more trials are stalled; `diwan status " + shell_quote(directory_.string()) +
           "` names them");
    }
  }
}

void Progress::tell_end(const Experiment& experiment, const Trial& trial) {
  if (mode_ != ProgressMode::plain && trial.status == TrialStatus::succeeded) {
    return;
  }
  std::string text = ended_text(experiment, trial);
  // Of failures the first ones tell enough, where all fail alike.
  constexpr std::uint32_t failures_shown = 3;
  const bool metricless = trial.status == TrialStatus::metrics_unavailable;
  const bool failed =
      trial.status == TrialStatus::failed && experiment.counters().failed <= failures_shown;
  if (mode_ != ProgressMode::none && (metricless || failed) && tail_) {
    std::string printed = tail_(trial);
    printed = printed.empty() ? "it printed nothing\n" : printed;
    text += "; " + printed;
    text.pop_back();
  }
  note(text);
}

void Progress::tick(Time now, const Experiment& experiment) {
  if (notices_ && now - last_look_ >= 1s) {
    last_look_ = now;
    tell(notices_->stalled(experiment, now));
  }
  if (mode_ == ProgressMode::bar && now - last_draw_ >= 100ms) {
    draw(now, experiment);
  }
  if (mode_ == ProgressMode::plain && started_ && now - last_line_ >= 1min) {
    last_line_ = now;
    const double elapsed = std::chrono::duration<double>(now - begin_).count();
    std::string text = time_text(now).substr(0, 19) + "Z " + name_ + ": " +
                       counts_text(experiment) + ", " + best_text(experiment);
    if (const auto left =
            time_left(experiment, experiment.counters().completed() - done_at_begin_, elapsed)) {
      text += ", about " + duration_text(*left) + " left";
    }
    line(text);
  }
}

void Progress::note(const std::string& text) {
  if (mode_ == ProgressMode::none) {
    return;
  }
  clear();
  line(text);
}

void Progress::alarm(const std::string& text) {
  clear();
  line("diwan: " + text);
}

void Progress::clear() {
  if (drawn_lines_ > 0) {
    std::fprintf(stream_, "\r\033[%dA\033[J", drawn_lines_);
    std::fflush(stream_);
    drawn_lines_ = 0;
  }
}

void Progress::line(const std::string& text) {
  std::fprintf(stream_, "%s\n", text.c_str());
  std::fflush(stream_);
}

void Progress::draw(Time now, const Experiment& experiment) {
  last_draw_ = now;
  const std::size_t width = width_of(stream_);
  const double elapsed = std::chrono::duration<double>(now - begin_).count();
  std::string time = duration_text(elapsed);
  if (const auto left =
          time_left(experiment, experiment.counters().completed() - done_at_begin_, elapsed)) {
    time += ", about " + duration_text(*left) + " left";
  }
  const std::array<std::string, 2> lines = {name_ + "  " + counts_text(experiment),
                                            best_text(experiment) + "  " + time};
  clear();
  std::string out;
  for (const std::string& text : lines) {
    out += cut_to(text, width - 1) + "\n";
  }
  std::fputs(out.c_str(), stream_);
  std::fflush(stream_);
  drawn_lines_ = static_cast<int>(lines.size());
}

}  // namespace diwan
