// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/event_directory.hpp"

#include <fstream>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/collectors/tfevents/event_file.hpp"
#include "tests/driver/launchers/listener.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;
namespace file = test::event_file;

std::string loss(float value) { return file::event(1, 1, file::simple("loss", value)); }

class EventDirectoryTest : public testing::Test {
 protected:
  void append(const std::string& name, const std::string& bytes) {
    fs::create_directories((directory() / name).parent_path());
    std::ofstream{directory() / name, std::ios::app | std::ios::binary} << bytes;
  }
  EventDirectory::Take into(std::vector<double>& values) {
    return [&values](const std::vector<Observation>& observations) {
      for (const Observation& observation : observations) {
        values.push_back(observation.value);
      }
    };
  }
  std::vector<double> read() {
    std::vector<double> values;
    while (events_.read(into(values), true)) {
    }
    return values;
  }
  std::vector<double> read_again() {
    std::vector<double> values;
    EventDirectory{directory(), order(), {"loss"}}.read_again(into(values));
    return values;
  }
  fs::path directory() const { return scratch_.path() / "logs"; }
  fs::path order() const { return scratch_.path() / "events.order"; }

  using Values = std::vector<double>;
  test::TemporaryDirectory scratch_;
  EventDirectory events_{directory(), order(), {"loss"}};
};

TEST_F(EventDirectoryTest, FilesMayAppearLateAndGrow) {
  EXPECT_EQ(read(), Values{});
  append("a.tfevents", loss(1));
  EXPECT_EQ(read(), Values{1});
  append("train/x/b.tfevents", loss(2) + loss(3).substr(0, 20));
  EXPECT_EQ(read(), Values{2});
  append("train/x/b.tfevents", loss(3).substr(20));
  append("a.tfevents", loss(4));
  EXPECT_EQ(read(), (Values{4, 3}));
  EXPECT_EQ(read(), Values{});
}

TEST_F(EventDirectoryTest, OnlyEventFilesAreRead) {
  append("model.ckpt", loss(1));
  append("events.out.tfevents.17.host.0", loss(2));

  EXPECT_EQ(read(), Values{2});
}

TEST_F(EventDirectoryTest, AMetricMayNameTheDirectoryItselfAndFoldersInIt) {
  append("train/a.tfevents", loss(1));
  append("b.tfevents", loss(2));
  std::vector<double> values;

  EventDirectory events{directory(), order(), {"logs/loss", "logs/train/loss"}};
  events.read(
      [&](const std::vector<Observation>& observations) {
        for (const Observation& one : observations) {
          values.push_back(one.value + 10 * one.metric);
        }
      },
      true);

  EXPECT_EQ(values, (Values{2, 11}));
}

TEST_F(EventDirectoryTest, ARenamedFileLosesNothingAndIsNotReadTwice) {
  append("a.tfevents", loss(1));
  EXPECT_EQ(read(), Values{1});
  append("a.tfevents", loss(2));
  fs::rename(directory() / "a.tfevents", directory() / "a.tfevents.old");
  append("a.tfevents", loss(3));

  EXPECT_EQ(read(), (Values{2, 3}));
}

TEST_F(EventDirectoryTest, ARemovedFileIsReadToItsEnd) {
  append("a.tfevents", loss(1));
  EXPECT_EQ(read(), Values{1});
  append("a.tfevents", loss(2));
  fs::remove(directory() / "a.tfevents");

  EXPECT_EQ(read(), Values{2});
}

TEST_F(EventDirectoryTest, AFileThatWasCutIsReadAnew) {
  append("a.tfevents", loss(1) + loss(2) + "torn");
  EXPECT_EQ(read(), (Values{1, 2}));
  fs::resize_file(directory() / "a.tfevents", 0);
  append("a.tfevents", loss(3));

  EXPECT_EQ(read(), Values{3});
  EXPECT_EQ(events_.skipped().count, 1U);
}

TEST_F(EventDirectoryTest, WhatAllFilesSkippedIsCountedTogether) {
  append("a/x.tfevents", "no event file at all");
  append("b/y.tfevents", loss(1) + "torn");
  EXPECT_EQ(read(), Values{1});

  events_.finish();

  EXPECT_EQ(events_.skipped().count, 2U);
  EXPECT_EQ(events_.skipped().examples.at(1), "a record that the file ends within (byte " +
                                                  std::to_string(loss(1).size()) +
                                                  " of logs/b/y.tfevents)");
}

TEST_F(EventDirectoryTest, HundredsOfFilesAreReadThroughAFewDescriptors) {
  Values expected;
  for (int i = 0; i < 300; ++i) {
    append("f" + std::to_string(1000 + i) + "/a.tfevents", loss(static_cast<float>(i)));
    expected.push_back(i);
  }
  EXPECT_EQ(read(), expected);
  append("f1000/a.tfevents", loss(7));
  append("f1299/a.tfevents", loss(8));

  EXPECT_LT(std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator()), 100);
  EXPECT_EQ(read(), (Values{7, 8}));
}

// Which of several files is read first is a matter of time.
TEST_F(EventDirectoryTest, TheOrderOfReadingIsTheSameAgain) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    fs::remove_all(directory());
    std::mt19937_64 random(seed);
    EventDirectory events{directory(), order(), {"loss"}};
    Values live;
    float next = 0;
    const auto write = [&] {
      append("f" + std::to_string(random() % (seed < 10 ? 3 : 60)) + ".tfevents",
             loss(next) + loss(next + 1));
      next += 2;
    };

    for (int turn = 0; turn < 40; ++turn) {
      for (std::uint64_t i = random() % 4; i > 0; --i) {
        write();
      }
      events.read(into(live), true);
    }
    write();

    const Values again = read_again();
    ASSERT_EQ(again.size(), live.size() + 2);
    EXPECT_TRUE(std::equal(live.begin(), live.end(), again.begin()));
  }
}

TEST_F(EventDirectoryTest, WithoutAnOrderFileAllIsReadByName) {
  append("b.tfevents", loss(2));
  append("a.tfevents", loss(1) + loss(3));

  EXPECT_EQ(read_again(), (Values{1, 3, 2}));
}

TEST_F(EventDirectoryTest, TagsAreNamedWithTheirFolders) {
  append("train/a.tfevents", loss(1) + loss(2));
  append("b.tfevents", file::event(1, 1, file::simple("a/acc", 1)));

  EXPECT_EQ(event_tags(directory()), (std::vector<std::string>{"a/acc", "train/loss"}));
  EXPECT_TRUE(event_tags("/nowhere").empty());
}

}  // namespace
}  // namespace diwan
