// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/script_tasks.hpp"

#include <csignal>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "driver/launchers/slurm/array_files.hpp"
#include "driver/launchers/slurm/claim.hpp"
#include "driver/launchers/slurm/launch_file.hpp"
#include "driver/launchers/slurm/spool.hpp"
#include "driver/launchers/supervisor/environment.hpp"
#include "driver/launchers/supervisor/protocol.hpp"
#include "tests/driver/launchers/listener.hpp"
#include "tests/driver/launchers/slurm/plugin_event.hpp"

namespace diwan::slurm {
namespace {

class ScriptTasksTest : public ::testing::Test {
 protected:
  ScriptTasksTest() {
    make_array_directory(directory_.path());
    write_launch_file(launches_path(array_), settings_,
                      std::vector{test::shell(1, "x"), test::shell(2, "x")});
    for (const char* trial : {"e-1", "e-2"}) {
      std::filesystem::create_directories(attempt_directory(directory_.path(), trial, 1));
    }
  }

  void happen(diwan_event_kind kind, std::uint32_t task, std::uint32_t trial,
              int status = 0) const {
    test::append_event(array_, kind, 12, task, trial, status);
  }

  /// What the spool of a task says.
  template <class T>
  std::vector<T> said(std::uint32_t task) const {
    std::vector<T> messages;
    for (const SpoolRecord& record : SpoolReader{spool_path(array_, task, 0)}.read()) {
      std::string_view rest = record.body;
      while (record.kind == SpoolKind::frames && !rest.empty()) {
        Message message = decode(*next_frame(rest));
        if (const T* wanted = std::get_if<T>(&message)) {
          messages.push_back(*wanted);
        }
      }
    }
    return messages;
  }

  const test::TemporaryDirectory directory_;
  const RunSettings settings_ = test::settings_in(directory_.path());
  const std::filesystem::path array_ = array_directory(directory_.path(), 1);
};

TEST_F(ScriptTasksTest, WhatThePluginSawAndTheTrialWroteIsSaidAsATaskWould) {
  ScriptTasks tasks{settings_, array_};
  happen(diwan_event_began, 1, 2);
  tasks.hear();
  ASSERT_EQ(said<Started>(1).size(), 1U);
  EXPECT_EQ(
      said<Started>(1)[0],
      (Started{
          .run = {2, 1}, .at = Time{std::chrono::seconds{5}}, .host = "n1", .gpus = {}, .pid = 0}));
  EXPECT_EQ(read_claim(directory_.path(), {2, 1}), (TaskIdentity{12, 1, 0, "n1"}));
  EXPECT_TRUE(said<Ended>(1).empty());

  const RunPaths paths = run_paths(directory_.path(), "e-2", 1);
  std::ofstream{paths.metrics} << "{\"loss\": 0.5}\n";
  happen(diwan_event_ended, 1, 2);
  tasks.hear();

  ASSERT_EQ(said<Ended>(1).size(), 1U);
  EXPECT_EQ(said<Ended>(1)[0].outcome, RunOutcome::succeeded);
  ASSERT_EQ(said<Observed>(1).size(), 1U);
  EXPECT_EQ(said<Observed>(1)[0].values, (std::vector<double>{0.5}));
}

TEST_F(ScriptTasksTest, WhatCannotBeWrittenIsNotForgotten) {
  ScriptTasks tasks{settings_, array_};
  const std::filesystem::path claims = directory_.path() / "arrays/claims";
  std::filesystem::remove(claims);
  happen(diwan_event_began, 0, 1);
  happen(diwan_event_ended, 0, 1);
  EXPECT_THROW(tasks.hear(), std::system_error);
  EXPECT_THROW(tasks.hear(), std::system_error);

  std::filesystem::create_directory(claims);
  tasks.hear();

  EXPECT_EQ(said<Started>(0).size(), 1U);
  EXPECT_EQ(said<Ended>(0).size(), 1U);
}

TEST_F(ScriptTasksTest, WhatItPrintedIsReadAndBecomesItsLog) {
  ScriptTasks tasks{settings_, array_};
  std::ofstream{array_ / "output.0"} << "loss=0.25\n";
  happen(diwan_event_began, 0, 1);
  happen(diwan_event_ended, 0, 1);
  tasks.hear();

  ASSERT_EQ(said<Observed>(0).size(), 1U);
  EXPECT_EQ(said<Observed>(0)[0].values, (std::vector<double>{0.25}));
  EXPECT_EQ(test::text_of(run_paths(directory_.path(), "e-1", 1).output), "loss=0.25\n");
  EXPECT_FALSE(std::filesystem::exists(array_ / "output.0"));
}

TEST_F(ScriptTasksTest, AnEndThatIsNoSuccessIsLeftForSlurmToExplain) {
  ScriptTasks tasks{settings_, array_};
  happen(diwan_event_began, 0, 1);
  happen(diwan_event_ended, 0, 1, SIGKILL);
  happen(diwan_event_began, 1, 2);
  happen(diwan_event_ended, 1, 2, 3 << 8);
  tasks.hear();

  for (const Ended& ended : {said<Ended>(0).at(0), said<Ended>(1).at(0)}) {
    EXPECT_EQ(ended.outcome, RunOutcome::lost);
    EXPECT_EQ(ended.cause, LostCause::unknown);
  }
  EXPECT_EQ(said<Ended>(0)[0].signal, SIGKILL);
  EXPECT_EQ(said<Ended>(1)[0].exit_code, 3);
}

TEST_F(ScriptTasksTest, WhoeverComesLaterSaysTheSame) {
  happen(diwan_event_began, 0, 1);
  happen(diwan_event_ended, 0, 1);
  happen(diwan_event_began, 1, 2);
  for (int coordinator = 0; coordinator < 2; ++coordinator) {
    ScriptTasks tasks{settings_, array_};
    tasks.hear();

    EXPECT_EQ(said<Ended>(0).size(), 1U);
    EXPECT_EQ(said<Started>(1).size(), 1U);
  }
}

TEST_F(ScriptTasksTest, OtherTrialsAndOtherTasksWithTheSameRowAreNotHeard) {
  ScriptTasks tasks{settings_, array_};
  happen(diwan_event_began, 0, 2);  // row 0 is trial 1's
  happen(diwan_event_ended, 1, 2);  // never began
  happen(diwan_event_began, 9, 1);  // no such row
  ASSERT_FALSE(claim(directory_.path(), {2, 1}, {77, 1, 0, "n2"}));
  happen(diwan_event_began, 1, 2);
  tasks.hear();

  EXPECT_TRUE(said<Started>(0).empty());
  EXPECT_TRUE(said<Started>(1).empty());
  EXPECT_TRUE(said<Ended>(1).empty());
}

}  // namespace
}  // namespace diwan::slurm
