// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ostream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "driver/cli/apply_request.hpp"
#include "driver/cli/commands.hpp"
#include "driver/cli/doctor/file_system.hpp"
#include "driver/cli/explained.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/cli/watch/log_end.hpp"
#include "driver/launchers/launcher.hpp"
#include "driver/results/following.hpp"
#include "driver/results/status.hpp"
#include "driver/view/layout.hpp"
#include "driver/view/log_lines.hpp"
#include "driver/view/state.hpp"
#include "driver/view/terminal/terminal.hpp"

namespace diwan {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// A terminal that can be drawn on, at both ends.
bool is_on_terminal() {
  const char* name = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe)
  const bool dumb = name == nullptr || *name == '\0' || std::string_view(name) == "dumb";
  return !dumb && ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
}

ControlRequest control_request(const view::Request& asked) {
  ControlRequest request;
  request.by = "diwan watch";
  switch (asked.kind) {
    case view::Request::Kind::cancel:
      request.kind = ControlRequest::Kind::cancel;
      request.trial = asked.trial;
      break;
    case view::Request::Kind::pause:
      request.kind = ControlRequest::Kind::pause;
      break;
    case view::Request::Kind::go_on:
      request.kind = ControlRequest::Kind::go_on;
      break;
    case view::Request::Kind::stop:
      request.kind = ControlRequest::Kind::stop;
  }
  return request;
}

/// The directory on one side, the terminal on the other.
class Watching {
 public:
  Watching(Following& following, view::Terminal& terminal, std::chrono::milliseconds patience)
      : following_(following), terminal_(terminal), patience_(patience) {}

  void run() {
    next_look_ = Clock::now() + patience_;
    while (!terminal_.is_left()) {
      look_at_log();
      look_at_explanation();
      const view::Scene scene = this->scene();
      terminal_.show(view::draw(scene, state_, terminal_.size(), terminal_.drawing()));
      const auto wait =
          std::chrono::duration_cast<std::chrono::milliseconds>(next_look_ - Clock::now());
      if (const auto key = terminal_.key(std::clamp(wait, 0ms, patience_))) {
        view::Pressed pressed = view::press(scene, std::move(state_), *key, terminal_.size());
        state_ = std::move(pressed.state);
        if (pressed.quit) {
          return;
        }
        if (pressed.request) {
          ask(*pressed.request);
        }
        message_until_ = Clock::now() + message_lasts;
      }
      if (Clock::now() >= next_look_) {
        look();
      }
    }
  }

 private:
  view::Scene scene() const {
    return {.loaded = following_.loaded(),
            .traces = following_.traces(),
            .log = log_.lines(),
            .log_is_cut = log_.is_cut(),
            .text = explanation_.lines};
  }

  void look() {
    try {
      following_.look();
      if (std::exchange(troubled_, false) || Clock::now() >= message_until_) {
        state_.message.clear();
      }
    } catch (const std::exception& error) {
      // The disk may be away for a while; what was seen stays.
      troubled_ = true;
      state_.message = error.what();
    }
    if (!explanation_.stays) {
      explanation_ = {};
    }
    const bool soon = Clock::now() < attentive_until_;
    next_look_ = Clock::now() + (soon ? std::min(patience_, attentive) : patience_);
  }

  void look_at_log() {
    if (state_.page != view::Page::details || !state_.selected ||
        !following_.loaded().experiment.has(*state_.selected)) {
      return;
    }
    const Loaded& loaded = following_.loaded();
    const Trial& trial = loaded.experiment.trial(*state_.selected);
    log_.look(attempt_directory(loaded.directory, trial.name, std::max(trial.attempts, 1U)) /
              (state_.log == view::Log::output ? "stdout.log" : "stderr.log"));
  }

  /// Made anew for another trial or width and, until the trial has ended, after each look at the
  /// files: it reads the records once more.
  void look_at_explanation() {
    if (state_.page != view::Page::explanation || !state_.selected ||
        !following_.loaded().experiment.has(*state_.selected)) {
      return;
    }
    const std::size_t columns = std::max(terminal_.size().columns, view::smallest.columns) - 2;
    if (explanation_.trial == *state_.selected && explanation_.columns == columns) {
      return;
    }
    const Loaded& loaded = following_.loaded();
    const Trial& trial = loaded.experiment.trial(*state_.selected);
    explanation_ = {.trial = trial.number,
                    .columns = columns,
                    .stays = trial.phase == Phase::ended,
                    .lines = {}};
    try {
      explanation_.lines = view::log_lines(
          explained(loaded, trial, explain(loaded, trial), {.columns = columns, .colour = false}));
    } catch (const std::exception& error) {
      explanation_.stays = false;
      explanation_.lines = {error.what()};
    }
  }

  void ask(const view::Request& request) {
    try {
      state_.message = apply_request(following_.loaded(), control_request(request));
    } catch (const std::exception& error) {
      state_.message = error.what();
    }
    attentive_until_ = Clock::now() + 5s;
    next_look_ = Clock::now() + attentive;
  }

  struct ExplanationLines {
    std::uint32_t trial = 0;  ///< none
    std::size_t columns = 0;
    bool stays = false;
    std::vector<std::string> lines;
  };

  static constexpr std::chrono::milliseconds attentive{300};
  static constexpr std::chrono::seconds message_lasts{6};

  Following& following_;
  view::Terminal& terminal_;
  std::chrono::milliseconds patience_;
  view::State state_;
  LogEnd log_;
  ExplanationLines explanation_;
  Clock::time_point next_look_;
  Clock::time_point attentive_until_;  ///< somebody waits for what was asked
  Clock::time_point message_until_;
  bool troubled_ = false;
};

ExitStatus run(const Call& call) {
  const auto directory = experiment_directory(call.text("dir"));
  const auto every = call.whole("every", 1, 3600);
  if (!is_on_terminal()) {
    call.out << status_table(load(directory), Page::of_standard_output());
    call.err << "diwan: watch: this is no terminal that can be drawn on, so here is the status "
                "once; see also `diwan status -o json`\n";
    return ExitStatus::done;
  }
  Following following(directory);
  std::unique_ptr<view::Terminal> terminal;
  try {
    terminal = view::make_terminal(
        {.ascii = call.flag("ascii"), .colour = Page::of_standard_output().colour});
  } catch (const std::runtime_error& error) {
    throw UsageError(std::string("watch: ") + error.what());
  }
  const std::uint64_t usual = doctor::is_shared(directory) ? 10 : 2;
  Watching(following, *terminal, std::chrono::seconds(every.value_or(usual))).run();
  return ExitStatus::done;
}

}  // namespace

Verb watch_verb() {
  return {.name = "watch",
          .summary = "follow an experiment in the terminal, and steer it",
          .details =
              "It reads files alone, and so works from any host that sees the directory. `?` "
              "shows the keys; `q` ends the view, not the run.",
          .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")}},
          .options = {{.name = "ascii", .help = "draw with plain letters"},
                      {.name = "every",
                       .takes = Takes::text("SECONDS"),
                       .help = "between two looks at the files; without it 2, on NFS and the like "
                               "10"}},
          .examples = {{"diwan watch search.diwan", "from a login node, while the job runs"}},
          .run = run};
}

}  // namespace diwan
