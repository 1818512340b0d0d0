// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
extern "C" {
#include "slurm-plugin/manifest.h"
}

#include <array>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "driver/launchers/slurm/manifest.hpp"
#include "driver/launchers/supervisor/environment.hpp"
#include "tests/driver/launchers/listener.hpp"

namespace diwan::slurm {
namespace {

class ManifestTest : public ::testing::Test {
 protected:
  static Launch launch(std::uint32_t trial) {
    Launch launch = test::shell(trial, "x");
    launch.parameters = {{.name = "lr", .text = "0.01", .number = true},
                         {.name = "opt", .text = "a = b\n\"c\"", .number = false}};
    launch.env = {{"OMP_NUM_THREADS", "4"}, {"EMPTY", ""}};
    launch.seed = 7;
    return launch;
  }
  void write(const std::vector<Launch>& launches) const {
    write_manifest(directory_.path() / "manifest", settings_, launches);
  }
  /// What the plugin reads; the message where it does not.
  std::string read(std::uint32_t number, diwan_row& row) const {
    std::array<char, diwan_message_bytes> message{};
    const int result = diwan_manifest_row(directory_.path().c_str(), number, &row, message.data());
    return result == 0 ? std::string{} : message.data();
  }
  std::string whole() const {
    std::ifstream stream{directory_.path() / "manifest", std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
  }
  void replace(const std::string& bytes) const {
    std::ofstream{directory_.path() / "manifest", std::ios::binary | std::ios::trunc} << bytes;
  }

  const test::TemporaryDirectory directory_;
  const RunSettings settings_ = test::settings_in(directory_.path());
};

TEST_F(ManifestTest, ThePluginReadsEachRowAsItsTrialsEnvironmentIsComposed) {
  const std::vector<Launch> launches = {launch(1), launch(2), launch(9)};
  write(launches);

  for (std::uint32_t i = 0; i < launches.size(); ++i) {
    diwan_row row{};
    ASSERT_EQ(read(i, row), "");
    std::vector<std::string> variables;
    for (const char* text = row.variables; text < row.end; text += std::string{text}.size() + 1) {
      variables.emplace_back(text);
    }

    RunPlace place;
    place.paths = run_paths(settings_.directory, launches[i].trial_name, 1);
    EXPECT_EQ(variables, trial_environment({}, settings_, launches[i], place));
    EXPECT_EQ(row.trial, launches[i].run.trial);
    EXPECT_EQ(row.attempt, 1U);
    EXPECT_EQ(row.parameters, parameters_json(launches[i].parameters));
    EXPECT_STREQ(diwan_row_value(&row, "DIWAN_PARAM_OPT"), "a = b\n\"c\"");
    EXPECT_EQ(diwan_row_value(&row, "DIWAN_PARAM_O"), nullptr);
    diwan_row_free(&row);
  }
}

TEST_F(ManifestTest, ARowThatIsMissingIsNamedWithWhatToDo) {
  write({launch(1), launch(2)});
  diwan_row row{};
  EXPECT_EQ(read(2, row), "diwan: " + (directory_.path() / "manifest").native() +
                              " has 2 rows, from 0, and none of number 2; submit with "
                              "--array=0-1");
}

TEST_F(ManifestTest, AFileThatIsMissingOrNoManifestIsNamed) {
  diwan_row row{};
  std::array<char, diwan_message_bytes> message{};
  EXPECT_NE(read(0, row).find("No such file"), std::string::npos);
  EXPECT_EQ(diwan_manifest_check(directory_.path().c_str(), message.data()), -1);
  replace("something else, of some length");
  EXPECT_NE(read(0, row).find("is no manifest"), std::string::npos);
  EXPECT_EQ(diwan_manifest_check(directory_.path().c_str(), message.data()), -1);
  std::filesystem::remove(directory_.path() / "manifest");
  ASSERT_EQ(mkfifo((directory_.path() / "manifest").c_str(), 0600), 0);
  EXPECT_NE(read(0, row).find("is no file"), std::string::npos);
  EXPECT_NE(read(0, row), "") << "and it did not wait";
}

TEST_F(ManifestTest, CutOrChangedAnywhereItReadsRightOrGivesAMessage) {
  write({launch(1), launch(2)});
  const std::string sound = whole();
  std::array<diwan_row, 2> rows{};
  ASSERT_EQ(read(0, rows[0]) + read(1, rows[1]), "");
  std::size_t refused = 0;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    std::string changed = sound;
    changed[i] = static_cast<char>(changed[i] ^ 0x55);
    for (const std::string& bytes : {sound.substr(0, i), changed}) {
      replace(bytes);
      for (std::uint32_t number = 0; number < 2; ++number) {
        diwan_row row{};
        if (!read(number, row).empty()) {
          ++refused;
          continue;
        }
        const diwan_row& right = rows.at(number);
        EXPECT_EQ((std::string{row.variables, row.end}), (std::string{right.variables, right.end}));
        EXPECT_EQ(row.trial, right.trial);
        diwan_row_free(&row);
      }
    }
  }
  EXPECT_GT(refused, sound.size());
  diwan_row_free(&rows[0]);
  diwan_row_free(&rows[1]);
}

TEST_F(ManifestTest, AnEnvironmentThatNoTaskCanBeGivenIsRefused) {
  Launch long_one = launch(1);
  long_one.env.emplace_back("LONG", std::string(std::size_t{1} << 20, 'x'));
  EXPECT_THROW(write({long_one}), std::length_error);
}

}  // namespace
}  // namespace diwan::slurm
