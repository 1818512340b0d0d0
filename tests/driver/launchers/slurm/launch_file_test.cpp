// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/launch_file.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "collectors/crc32c.hpp"
#include "tests/driver/launchers/listener.hpp"

namespace diwan::slurm {
namespace {

class LaunchFileTest : public ::testing::Test {
 protected:
  const test::TemporaryDirectory directory_;
  const std::filesystem::path path_ = directory_.path() / "launches";
};

TEST_F(LaunchFileTest, EachRowReadsBackByItself) {
  const RunSettings settings = test::settings_in(directory_.path());
  const std::vector<Launch> launches = {test::shell(1, "a"), test::shell(2, "b"),
                                        test::shell(7, std::string(100000, 'c'))};
  write_launch_file(path_, settings, launches);

  EXPECT_EQ(read_settings(path_), settings);
  for (std::uint32_t row = 0; row < launches.size(); ++row) {
    EXPECT_EQ(read_launch(path_, row), launches[row]);
  }
  EXPECT_EQ(read_runs(path_), (std::vector<RunKey>{{1, 1}, {2, 1}, {7, 1}}));
}

TEST_F(LaunchFileTest, NamesARowThatIsMissing) {
  write_launch_file(path_, test::settings_in(directory_.path()), {});
  EXPECT_TRUE(read_runs(path_).empty());
  try {
    read_launch(path_, 3);
    FAIL();
  } catch (const LaunchFileError& error) {
    EXPECT_EQ(std::string{error.what()}, path_.native() + ": has 0 rows, and none of number 3");
  }
}

TEST_F(LaunchFileTest, WhatItHoldsIsThatOfItsVersion) {
  write_launch_file(path_, RunSettings{}, std::vector{Launch{}});
  std::ifstream stream{path_, std::ios::binary};
  const std::string whole{std::istreambuf_iterator<char>{stream}, {}};
  EXPECT_EQ(whole[6], 2);
  EXPECT_EQ(crc32c(whole), 3655158706U)
      << "RunSettings or Launch are encoded in another way than before: "
         "raise the version in launch_file.cpp, and correct this test";
}

TEST_F(LaunchFileTest, CutOrChangedAnywhereIsRefusedOrReads) {
  const std::vector<Launch> launches = {test::shell(1, "a")};
  write_launch_file(path_, test::settings_in(directory_.path()), launches);
  std::ifstream stream{path_, std::ios::binary};
  const std::string whole{std::istreambuf_iterator<char>{stream}, {}};
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x55);
    for (const std::string& bytes : {whole.substr(0, i), changed}) {
      std::ofstream{path_, std::ios::binary | std::ios::trunc} << bytes;
      try {
        read_settings(path_);
        read_launch(path_, 0);
        read_runs(path_);
      } catch (const LaunchFileError& error) {
        EXPECT_TRUE(std::string{error.what()}.starts_with(path_.native()));
      }
    }
  }
}

}  // namespace
}  // namespace diwan::slurm
