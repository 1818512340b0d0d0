// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "driver/launchers/slurm/array_files.hpp"
#include "driver/launchers/slurm/claim.hpp"
#include "driver/launchers/slurm/slurm_launcher.hpp"
#include "driver/launchers/slurm/spool.hpp"
#include "driver/launchers/supervisor/protocol.hpp"
#include "tests/driver/launchers/listener.hpp"
#include "tests/driver/launchers/slurm/plugin_event.hpp"
#include "tests/driver/launchers/slurm/scripted_scheduler.hpp"

namespace diwan::slurm {

using namespace std::chrono_literals;
using test::shell;

/// The launcher, in a directory of its own, before a scheduler that says what the test wants.
class LauncherPlay : public ::testing::Test {
 protected:
  LauncherPlay() {
    script_.on_submit = [this](std::uint64_t question, const JobRequest& request) -> Answer {
      script_.known_comments.emplace_back(request.comment, ++last_job_);
      return Submitted{.question = question, .job = last_job_};
    };
  }

  std::unique_ptr<Launcher> launcher(std::uint32_t pilots = 0) {
    return make_slurm_launcher(settings_, std::make_unique<ScriptedScheduler>(script_),
                               "/opt/bin/diwan", {.job = {}, .pilots = pilots});
  }

  /// Of a user's own batch script.
  std::unique_ptr<Launcher> script_launcher(bool offer = false) {
    const std::filesystem::path script = directory_.path() / "train.sh";
    std::ofstream{script} << "#!/bin/sh\n";
    return make_slurm_launcher(settings_, std::make_unique<ScriptedScheduler>(script_),
                               "/opt/bin/diwan",
                               {.job = {}, .pilots = 0, .script = script, .offer = offer});
  }
  void happen(std::uint32_t number, diwan_event_kind kind, std::uint32_t task, std::uint32_t trial,
              int status = 0) const {
    diwan::test::append_event(array(number), kind, 101, task, trial, status);
  }

  /// Polls for a while, or until there is what is waited for.
  bool poll(Launcher& launcher, const std::function<bool()>& done,
            std::chrono::milliseconds limit = 20s) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) {
        return false;
      }
      for (Report& report : launcher.poll(5ms)) {
        if (const auto* ended = std::get_if<Ended>(&report)) {
          ended_.push_back(*ended);
        } else if (const auto* started = std::get_if<Started>(&report)) {
          started_.push_back(*started);
        }
      }
      for (Notice& notice : launcher.notices()) {
        notices_.push_back(notice.text);
      }
    }
    return true;
  }
  bool until_submitted(Launcher& launcher, std::size_t count) {
    return poll(launcher, [&] { return script_.submitted.size() >= count; });
  }
  bool until_ended(Launcher& launcher, std::size_t count) {
    return poll(launcher, [&] { return ended_.size() >= count; });
  }

  std::filesystem::path array(std::uint32_t number) const {
    return array_directory(settings_.directory, number);
  }

  /// A task's process as it begins.
  std::unique_ptr<SpoolWriter> begin_task(std::uint32_t number, std::uint32_t job,
                                          std::uint32_t task, std::uint32_t restarts = 0) {
    auto spool = std::make_unique<SpoolWriter>(spool_path(array(number), task, restarts));
    spool->add(SpoolKind::hello, identity_line({job, task, restarts, "n1"}));
    spool->write();
    return spool;
  }
  /// A task of array 1, job 101, that has claimed its run and says that it runs.
  std::unique_ptr<SpoolWriter> begin_run(std::uint32_t task, RunKey run) {
    auto spool = begin_task(1, 101, task);
    claim(settings_.directory, run, {101, task, 0, "n1"});
    say(*spool, started(run));
    return spool;
  }
  static void say(SpoolWriter& spool, const Message& message) {
    spool.add(SpoolKind::frames, encode(message));
    spool.write();
  }
  static Started started(RunKey run) {
    return {.run = run, .at = {}, .host = "n1", .gpus = {}, .pid = 1};
  }
  static Ended succeeded(RunKey run) {
    Ended ended;
    ended.run = run;
    return ended;
  }

  const test::TemporaryDirectory directory_;
  RunSettings settings_ = test::settings_in(directory_.path());
  Script script_;
  std::uint32_t last_job_ = 100;
  std::vector<Started> started_;
  std::vector<Ended> ended_;
  std::vector<std::string> notices_;
};

}  // namespace diwan::slurm
