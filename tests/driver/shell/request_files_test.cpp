// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/request_files.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "driver/launchers/clock.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

TEST(RequestFiles, TakesARequestOnceAndRemovesItsFileWhenItsRecordIsWritten) {
  const test::ScratchDirectory scratch;
  ControlRequest pause;
  pause.kind = ControlRequest::Kind::pause;
  pause.time = wall_clock();
  pause.by = "diwan test";
  write_request(scratch.path(), pause);
  RequestFiles requests{scratch.path()};

  const std::vector<ControlRequest> taken = requests.take();

  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].kind, ControlRequest::Kind::pause);
  const std::filesystem::path file = taken[0].file;
  requests.written(7);
  EXPECT_TRUE(std::filesystem::exists(file)) << "it is not decided yet";
  requests.decided(8);
  requests.written(7);
  EXPECT_TRUE(std::filesystem::exists(file)) << "its record is not written yet";
  requests.written(8);
  EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace diwan
