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

TEST_F(TailedFileTest, AFileThatWasCutIsReadAnew) {
  append("a long first line");
  EXPECT_EQ(read(), "a long first line");
  std::ofstream{path(), std::ios::trunc} << "new\n";

  EXPECT_EQ(read(), "\nnew\n");
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
