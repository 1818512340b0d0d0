// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
extern "C" {
#include "slurm-plugin/event.h"
}

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "driver/launchers/slurm/event_file.hpp"
#include "tests/driver/launchers/listener.hpp"

namespace diwan::slurm {
namespace {

std::string record(std::uint32_t task, const std::string& host = "n1") {
  const diwan_event event{.kind = diwan_event_ended,
                          .array = 12,
                          .task = task,
                          .restarts = 2,
                          .job = 34,
                          .trial = 5,
                          .attempt = 6,
                          .status = 9,
                          .time_us = 1234567};
  std::string bytes(diwan_event_bytes, '\0');
  diwan_event_encode(&event, host.c_str(), reinterpret_cast<unsigned char*>(bytes.data()));
  return bytes;
}

TaskEvent event(std::uint32_t task, const std::string& host = "n1") {
  return {.kind = TaskEvent::Kind::ended,
          .array = 12,
          .task = task,
          .restarts = 2,
          .job = 34,
          .trial = 5,
          .attempt = 6,
          .wait_status = 9,
          .at = Time{std::chrono::microseconds{1234567}},
          .host = host};
}

class EventFileTest : public ::testing::Test {
 protected:
  void append(const std::string& bytes) const {
    std::ofstream{path_, std::ios::binary | std::ios::app} << bytes;
  }
  const test::TemporaryDirectory directory_;
  const std::filesystem::path path_ = directory_.path() / "events";
  EventFileReader reader_{path_};
};

TEST_F(EventFileTest, WhatThePluginWritesIsReadOnceEach) {
  EXPECT_TRUE(reader_.read().empty());
  append(record(1) + record(2, "a-host-of-a-longer-name"));
  EXPECT_EQ(reader_.read(), (std::vector<TaskEvent>{event(1), event(2, "a-host-of-a-long")}));
  EXPECT_TRUE(reader_.read().empty());
  append(record(3));
  EXPECT_EQ(reader_.read(), (std::vector<TaskEvent>{event(3)}));
}

TEST_F(EventFileTest, ARecordThatIsNotWholeYetIsReadLater) {
  const std::string bytes = record(1);
  append(bytes.substr(0, 40));
  EXPECT_TRUE(reader_.read().empty());
  append(bytes.substr(40));
  EXPECT_EQ(reader_.read(), (std::vector<TaskEvent>{event(1)}));
}

TEST_F(EventFileTest, WhatIsNoRecordIsPassedOver) {
  std::string changed = record(2);
  changed[20] = 'x';
  append(record(1) + record(7).substr(0, 30) + changed + record(3));
  EXPECT_EQ(reader_.read(), (std::vector<TaskEvent>{event(1), event(3)}));
}

}  // namespace
}  // namespace diwan::slurm
