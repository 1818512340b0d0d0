// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/tailed_file.hpp"

#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/driver/launchers/listener.hpp"

namespace diwan {
namespace {

class TailedFileTest : public testing::Test {
 protected:
  void append(const std::string& text) { std::ofstream{path(), std::ios::app} << text; }
  std::string read() {
    std::string found;
    while (file_.read([&](std::string_view bytes) { found += bytes; })) {
    }
    return found;
  }
  std::filesystem::path path() const { return directory_.path() / "m.log"; }

  test::TemporaryDirectory directory_;
  TailedFile file_{directory_.path() / "m.log"};
};

TEST_F(TailedFileTest, AFileMayAppearLateAndGrow) {
  EXPECT_EQ(read(), "");
  append("a");
  EXPECT_EQ(read(), "a");
  append("b\n");
  EXPECT_EQ(read(), "b\n");
  EXPECT_EQ(read(), "");
}

TEST_F(TailedFileTest, ARotatedFileIsReadToItsEndFirst) {
  append("one\n");
  EXPECT_EQ(read(), "one\n");
  append("two");
  std::filesystem::rename(path(), directory_.path() / "m.log.1");
  append("three\n");

  EXPECT_EQ(read(), "two\nthree\n");
}

TEST_F(TailedFileTest, FilesRenamedBeforeTheyWereSeenAreReadInTheirOrder) {
  file_.watch_renames();
  for (int i = 0; i < 5; ++i) {
    append("line " + std::to_string(i) + "\n");
    for (int k = 4; k > 0; --k) {
      const std::string older = path().native() + "." + std::to_string(k);
      std::error_code none;
      std::filesystem::rename(older, path().native() + "." + std::to_string(k + 1), none);
    }
    std::filesystem::rename(path(), path().native() + ".1");
  }
  append("last");

  EXPECT_EQ(read(), "line 0\nline 1\nline 2\nline 3\nline 4\nlast");
  EXPECT_EQ(read(), "");
}

TEST_F(TailedFileTest, WhatWasReadIsNotReadAgainUnderItsNextName) {
  file_.watch_renames();
  append("one\n");
  EXPECT_EQ(read(), "one\n");
  append("two\n");
  std::filesystem::rename(path(), directory_.path() / "old");
  append("three\n");
  std::filesystem::rename(path(), directory_.path() / "older");
  EXPECT_EQ(read(), "two\nthree\n");

  append("four\n");
  std::filesystem::rename(directory_.path() / "old", directory_.path() / "oldest");

  EXPECT_EQ(read(), "four\n");
}

TEST_F(TailedFileTest, AFileThatBecomesTheOneByItsNameAloneIsRead) {
  file_.watch_renames();
  std::ofstream{directory_.path() / "new"} << "written elsewhere\n";
  std::filesystem::rename(directory_.path() / "new", path());
  std::filesystem::rename(path(), directory_.path() / "m.log.1");

  EXPECT_EQ(read(), "written elsewhere\n");
}

TEST_F(TailedFileTest, FilesThatAreGoneHoldNobody) {
  file_.watch_renames();
  append("lost\n");
  std::filesystem::rename(path(), directory_.path() / "m.log.1");
  std::filesystem::remove(directory_.path() / "m.log.1");
  append("moved out\n");
  std::filesystem::create_directory(directory_.path() / "elsewhere");
  std::filesystem::rename(path(), directory_.path() / "elsewhere" / "m.log");
  append("overwritten\n");
  std::filesystem::rename(path(), directory_.path() / "m.log.1");
  append("kept\n");
  std::filesystem::rename(path(), directory_.path() / "m.log.1");
  append("last\n");

  EXPECT_EQ(read(), "kept\nlast\n");
  EXPECT_EQ(read(), "");
}

TEST_F(TailedFileTest, AFileThatWasCutIsReadAnew) {
  append("a long first line");
  EXPECT_EQ(read(), "a long first line");
  std::ofstream{path(), std::ios::trunc} << "new\n";

  EXPECT_EQ(read(), "\nnew\n");
}

TEST_F(TailedFileTest, AFileThatWasWrittenAnewIsReadAnewWhateverItsLength) {
  append("loss=1\n");
  EXPECT_EQ(read(), "loss=1\n");
  std::ofstream{path(), std::ios::trunc} << "loss=2\n";
  EXPECT_EQ(read(), "loss=2\n");
  std::ofstream{path(), std::ios::trunc} << "loss=30\n";
  EXPECT_EQ(read(), "loss=30\n");
}

TEST_F(TailedFileTest, AFileThatWasWrittenAnewWithWhatItHadGivesOnlyWhatIsNew) {
  append("loss=1\n");
  EXPECT_EQ(read(), "loss=1\n");

  std::ofstream{path(), std::ios::trunc} << "loss=1\nloss=2\n";

  EXPECT_EQ(read(), "loss=2\n");
}

TEST_F(TailedFileTest, AFifoOfThatNameHoldsNobody) {
  ASSERT_EQ(mkfifo(path().c_str(), 0600), 0);

  EXPECT_EQ(read(), "");
}

TEST_F(TailedFileTest, ADirectoryOfThatNameIsNoFile) {
  std::filesystem::create_directory(path());

  EXPECT_EQ(read(), "");
}

TEST_F(TailedFileTest, OnePieceIsNoLongerThanAskedForByMuch) {
  append(std::string(1 << 20, 'x'));
  std::size_t size = 0;

  EXPECT_TRUE(file_.read([&](std::string_view bytes) { size += bytes.size(); }, 1));

  EXPECT_LE(size, 65536U);
}

}  // namespace
}  // namespace diwan
