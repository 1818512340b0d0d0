// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
extern "C" {
#include "slurm-plugin/trial.h"
}

#include <array>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/launchers/slurm/manifest.hpp"
#include "driver/launchers/slurm/script_job.hpp"
#include "driver/launchers/supervisor/environment.hpp"
#include "tests/driver/launchers/listener.hpp"

namespace diwan::slurm {
namespace {

class PluginTrialTest : public ::testing::Test {
 protected:
  std::string take(std::uint32_t array) {
    const diwan_place place{.array = array, .task = 3, .job = 40};
    return diwan_trial_take(here_.c_str(), &place, message_.data()) == 0 ? "" : message_.data();
  }
  std::string prepare(const std::string& temporary) {
    const Launch launch = test::shell(1, "x");
    write_manifest(here_ / "manifest", settings_, std::array{launch});
    diwan_row row{};
    EXPECT_EQ(diwan_manifest_row(here_.c_str(), 0, &row, message_.data()), 0);
    const int result = diwan_trial_prepare(&row, temporary.c_str(), message_.data());
    diwan_row_free(&row);
    return result == 0 ? "" : message_.data();
  }
  bool opens_events() {
    const int file = diwan_trial_open_events(here_.c_str(), geteuid(), message_.data());
    return file >= 0 && close(file) == 0;
  }

  const test::TemporaryDirectory directory_;
  const std::filesystem::path here_ = directory_.path();
  const RunSettings settings_ = test::settings_in(here_);
  const RunPaths paths_ = run_paths(here_, "e-1", 1);
  std::array<char, diwan_message_bytes> message_{};
};

TEST_F(PluginTrialTest, ARowIsTakenOnceAndTheOtherIsToldByWhom) {
  EXPECT_EQ(take(12), "");
  EXPECT_NE(take(13).find("taken by a task of job 12 before"), std::string::npos);
  EXPECT_FALSE(take_row(here_, 3));
}

TEST_F(PluginTrialTest, ARowThatTheCoordinatorCalledOffIsTaken) {
  EXPECT_TRUE(take_row(here_, 3));
  EXPECT_NE(take(12), "");
}

TEST_F(PluginTrialTest, MakesTheFoldersAndTheParametersAndMayDoSoAgain) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(prepare(paths_.attempt / "tmp"), "");
  }
  struct stat status {};
  ASSERT_EQ(stat(paths_.attempt.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  EXPECT_TRUE(std::filesystem::is_directory(paths_.checkpoint));
  EXPECT_TRUE(std::filesystem::is_directory(paths_.attempt / "tmp"));
  EXPECT_EQ(test::text_of(paths_.parameters), parameters_json({}));
}

TEST_F(PluginTrialTest, SaysWhichFolderCannotBeMade) {
  std::ofstream{here_ / "trials"} << "no folder";
  EXPECT_EQ(prepare(paths_.attempt / "tmp"),
            "diwan: cannot make " + paths_.attempt.native() + ": Not a directory");
}

TEST_F(PluginTrialTest, TheEventsGoToARegularFileOfThisUsersAndNowhereElse) {
  EXPECT_TRUE(opens_events());
  EXPECT_TRUE(opens_events());
  const std::filesystem::path events = here_ / "events";
  std::filesystem::rename(events, here_ / "other");
  std::filesystem::create_symlink(here_ / "other", events);
  EXPECT_FALSE(opens_events());
  std::filesystem::remove(events);
  ASSERT_EQ(mkfifo(events.c_str(), 0600), 0);
  EXPECT_FALSE(opens_events()) << "and it did not wait";
  std::filesystem::remove(events);
  std::ofstream{events} << "";
  EXPECT_LT(diwan_trial_open_events(here_.c_str(), geteuid() + 1, message_.data()), 0);
}

}  // namespace
}  // namespace diwan::slurm
