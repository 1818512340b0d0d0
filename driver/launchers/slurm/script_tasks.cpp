// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/script_tasks.hpp"

#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "driver/launchers/clock.hpp"
#include "driver/launchers/slurm/array_files.hpp"
#include "driver/launchers/slurm/claim.hpp"
#include "driver/launchers/slurm/launch_file.hpp"
#include "driver/launchers/slurm/spool.hpp"
#include "driver/launchers/supervisor/collection.hpp"
#include "driver/launchers/supervisor/environment.hpp"
#include "driver/launchers/supervisor/protocol.hpp"
#include "driver/launchers/supervisor/recover.hpp"
#include "driver/launchers/supervisor/run_end.hpp"
#include "driver/launchers/supervisor/tailed_file.hpp"

namespace diwan::slurm {

namespace fs = std::filesystem;

namespace {

/// Between looks at what running trials wrote.
constexpr std::chrono::milliseconds look_pause{500};

/// By its wait status alone; what Slurm did to it is Slurm's to say (verdict.hpp).
Ended end_of(RunKey run, const TaskEvent& event) {
  Ended ended;
  ended.run = run;
  ended.at = event.at;
  note_exit(event.wait_status, ended);
  ended.outcome = ended.exit_code == 0 ? RunOutcome::succeeded : RunOutcome::lost;
  return ended;
}

}  // namespace

/// One that runs.
class ScriptTasks::Task {
 public:
  Task(const RunSettings& settings, const fs::path& array, const TaskEvent& event, Launch launch)
      : settings_{&settings},
        launch_{std::move(launch)},
        paths_{run_paths(settings.directory, launch_.trial_name, launch_.run.attempt)},
        output_{array / ("output." + std::to_string(event.task))},
        collection_{launch_.run, settings},
        pushed_{paths_.metrics},
        printed_{output_},
        metrics_file_{observed_file(settings, paths_)},
        spool_path_{spool_path(array, event.task, event.restarts)},
        spool_{spool_path_} {
    spool_.add(SpoolKind::hello,
               identity_line({event.array, event.task, event.restarts, event.host}));
    say(Started{.run = launch_.run, .at = event.at, .host = event.host, .gpus = {}, .pid = 0});
    // For `diwan logs`, while it runs.
    std::error_code none;
    fs::create_symlink(output_, paths_.output, none);
  }

  void look() {
    read(Source::push, pushed_);
    read(Source::standard_output, printed_);
    read(Source::file, metrics_file_);
    std::vector<Observed> batches = collection_.take();
    for (Observed& batch : batches) {
      say(std::move(batch));
    }
  }

  /// What it said last; nothing is heard of it any more.
  void end(const TaskEvent& event) {
    ended_ = true;
    std::error_code none;
    fs::rename(output_, paths_.output, none);
    // Once more from the beginning, and to the last line.
    for (Report& report : recover(*settings_, launch_.trial_name, launch_.run)) {
      if (auto* batch = std::get_if<Observed>(&report)) {
        say(std::move(*batch));
      }
    }
    say(end_of(launch_.run, event));
    spool_.add(SpoolKind::leaving, {});
    fs::remove_all(paths_.attempt / "tmp", none);
    fs::remove(paths_.checkpoint, none);  // an empty one
  }
  bool ended() const { return ended_; }

  /// @throws std::system_error
  void write() {
    int error = spool_.write();
    if (error == 0 && ended_) {
      error = spool_.sync();
    }
    if (error != 0) {
      throw std::system_error{error, std::generic_category(),
                              "cannot write " + spool_path_.native()};
    }
  }

 private:
  void read(Source source, TailedFile& file) {
    if (collection_.takes(source)) {
      file.read([&](std::string_view bytes) { collection_.feed(source, bytes, wall_clock()); });
    }
  }

  void say(const Message& message) { spool_.add(SpoolKind::frames, encode(message)); }

  const RunSettings* settings_;
  Launch launch_;
  RunPaths paths_;
  fs::path output_;
  Collection collection_;
  TailedFile pushed_;
  TailedFile printed_;
  TailedFile metrics_file_;
  fs::path spool_path_;
  SpoolWriter spool_;
  bool ended_ = false;
};

ScriptTasks::ScriptTasks(const RunSettings& settings, fs::path array_directory)
    : settings_{&settings},
      array_{std::move(array_directory)},
      runs_{read_runs(launches_path(array_))},
      events_{array_ / "events"} {
  std::vector<fs::path> spools;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator{array_, none}) {
    if (entry.path().filename().native().starts_with("spool.")) {
      spools.push_back(entry.path());
    }
  }
  for (const fs::path& spool : spools) {
    fs::remove(spool, none);
  }
}

ScriptTasks::~ScriptTasks() = default;

void ScriptTasks::begin(const TaskEvent& event) {
  const RunKey run{event.trial, event.attempt};
  const TaskIdentity identity{event.array, event.task, event.restarts, event.host};
  if (event.task >= runs_.size() || runs_[event.task] != run ||
      claim(settings_->directory, run, identity)) {
    return;  // of no row of ours, or run by another task
  }
  tasks_[event.task] = std::make_unique<Task>(*settings_, array_, event,
                                              read_launch(launches_path(array_), event.task));
}

void ScriptTasks::conclude(std::uint32_t task, int wait_status) {
  if (const auto known = tasks_.find(task);
      known != tasks_.end() && known->second && !known->second->ended()) {
    TaskEvent event;
    event.kind = TaskEvent::Kind::ended;
    event.wait_status = wait_status;
    event.at = wall_clock();
    known->second->end(event);
  }
  write();
}

void ScriptTasks::take(const TaskEvent& event) {
  const auto known = tasks_.find(event.task);
  if (event.kind == TaskEvent::Kind::began && known == tasks_.end()) {
    begin(event);
  } else if (event.kind == TaskEvent::Kind::ended && known != tasks_.end() && known->second &&
             !known->second->ended()) {
    known->second->end(event);
  }
}

void ScriptTasks::hear() {
  for (TaskEvent& event : events_.read()) {
    heard_.push_back(std::move(event));
  }
  for (; !heard_.empty(); heard_.pop_front()) {
    take(heard_.front());
  }
  const auto present = std::chrono::steady_clock::now();
  if (present >= next_look_) {
    next_look_ = present + look_pause;
    for (auto& [place, task] : tasks_) {
      if (task && !task->ended()) {
        task->look();
      }
    }
  }
  write();
}

void ScriptTasks::write() {
  for (auto& [place, task] : tasks_) {
    if (task) {
      task->write();
      if (task->ended()) {
        task.reset();
      }
    }
  }
}

}  // namespace diwan::slurm
