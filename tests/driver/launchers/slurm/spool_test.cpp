// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/spool.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "driver/launchers/slurm/array_files.hpp"
#include "driver/launchers/slurm/inbox.hpp"
#include "driver/launchers/supervisor/protocol.hpp"
#include "tests/driver/launchers/listener.hpp"

namespace diwan::slurm {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream stream{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

void put(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream{path, std::ios::binary | std::ios::trunc} << bytes;
}

class SpoolTest : public ::testing::Test {
 protected:
  const test::TemporaryDirectory directory_;
  const std::filesystem::path path_ = directory_.path() / "spool.0.0";
};

TEST_F(SpoolTest, GivesEachRecordOnceInOrder) {
  SpoolWriter writer{path_};
  SpoolReader reader{path_};
  writer.add(SpoolKind::hello, "first");
  writer.add(SpoolKind::frames, "");
  ASSERT_EQ(writer.write(), 0);

  const auto records = reader.read();

  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].kind, SpoolKind::hello);
  EXPECT_EQ(records[0].body, "first");
  EXPECT_EQ(records[1].body, "");
  EXPECT_TRUE(reader.read().empty());
  writer.add(SpoolKind::frames, "later");
  writer.write();
  ASSERT_EQ(reader.read().size(), 1U);
}

TEST_F(SpoolTest, CutAnywhereGivesTheWholeRecordsAndTheRestOnceItCame) {
  {
    SpoolWriter writer{path_};
    for (const char* body : {"one", "", "a third one"}) {
      writer.add(SpoolKind::frames, body);
    }
    writer.write();
  }
  const std::string whole = contents(path_);
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    put(path_, whole.substr(0, cut));
    SpoolReader reader{path_};
    const std::size_t before = reader.read().size();
    EXPECT_LE(before, 3U);
    put(path_, whole);
    EXPECT_EQ(before + reader.read().size(), 3U) << "cut at " << cut;
  }
}

TEST_F(SpoolTest, APageThatReadsAsZerosForNowIsReadAgain) {
  {
    SpoolWriter writer{path_};
    writer.add(SpoolKind::frames, "one");
    writer.add(SpoolKind::frames, "two");
    writer.write();
  }
  const std::string whole = contents(path_);
  std::string zeros = whole;
  std::fill(zeros.begin() + static_cast<std::ptrdiff_t>(whole.size() / 2), zeros.end(), '\0');
  put(path_, zeros);
  SpoolReader reader{path_};

  EXPECT_EQ(reader.read().size(), 1U);
  put(path_, whole);
  const auto records = reader.read();

  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].body, "two");
}

TEST_F(SpoolTest, SurvivesAnyByte) {
  std::string bytes;
  for (int i = 0; i < 4096; ++i) {
    bytes.push_back(static_cast<char>((i * 37 + i / 7) % 256));
  }
  put(path_, bytes);
  SpoolReader reader{path_};
  EXPECT_TRUE(reader.read().empty());
}

TEST_F(SpoolTest, LongRecordsComeThrough) {
  const std::string body(std::size_t{5} << 20, 'x');
  SpoolWriter writer{path_};
  writer.add(SpoolKind::frames, body);
  ASSERT_EQ(writer.write(), 0);
  SpoolReader reader{path_};
  std::size_t found = 0;
  for (int i = 0; i < 10; ++i) {
    for (const SpoolRecord& record : reader.read()) {
      found += record.body == body ? 1 : 0;
    }
  }
  EXPECT_EQ(found, 1U);
}

TEST_F(SpoolTest, HasOneWriter) {
  SpoolWriter first{path_};
  EXPECT_THROW(SpoolWriter{path_}, std::system_error);
}

TEST_F(SpoolTest, SaysWhetherItsWriterLives) {
  SpoolReader reader{path_};
  reader.read();
  EXPECT_FALSE(reader.exists());
  EXPECT_FALSE(reader.changed());
  SpoolWriter writer{path_};
  reader.read();
  EXPECT_TRUE(reader.changed());
  reader.read();
  EXPECT_FALSE(reader.changed());
  std::filesystem::last_write_time(
      path_, std::filesystem::file_time_type::clock::now() - std::chrono::hours{1});
  reader.read();
  EXPECT_TRUE(reader.changed());
}

TEST_F(SpoolTest, AnInboxGoesOnWithWhatALaterCoordinatorSays) {
  const std::string one = encode(CancelRun{{1, 1}, false});
  const std::string two = encode(CancelRun{{2, 1}, true});
  InboxReader reader{directory_.path(), 3};
  EXPECT_EQ(reader.read(), "");
  InboxWriter first{directory_.path(), 3};
  first.send(one);
  EXPECT_EQ(reader.read(), one);
  first.send(two);
  // Half of a record of a coordinator that was killed.
  const std::filesystem::path written = inbox_path(directory_.path(), 3, 1);
  std::string bytes = contents(written);
  bytes.resize(bytes.size() - 4);
  put(written, bytes);
  InboxWriter second{directory_.path(), 3};
  second.send(two);

  EXPECT_EQ(reader.read(), two);
  EXPECT_EQ(reader.read(), "");
}

}  // namespace
}  // namespace diwan::slurm
