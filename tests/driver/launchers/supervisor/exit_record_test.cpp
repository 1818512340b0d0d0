// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/exit_record.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/driver/launchers/listener.hpp"

namespace diwan {
namespace {

constexpr RunKey run{.trial = 3, .attempt = 1};

ExitRecord some_record() {
  return {.ended = {.run = run,
                    .outcome = RunOutcome::lost,
                    .at = Time{std::chrono::microseconds{1'700'000'000'123'456}},
                    .exit_code = std::nullopt,
                    .signal = 9,
                    .reason = "it said \"no\"\n",
                    .cause = LostCause::coordinator_gone,
                    .usage = {.peak_memory_bytes = 1ULL << 40, .cpu_seconds = 0.25}},
          .start = Time{std::chrono::seconds{1'700'000'000}},
          .host = "n1"};
}

TEST(ExitRecord, ComesBackEqual) {
  const test::TemporaryDirectory directory;

  ASSERT_TRUE(write_exit_record(directory.path(), some_record()));
  const auto back = read_exit_record(directory.path(), run);

  ASSERT_TRUE(back);
  EXPECT_EQ(back->ended, some_record().ended);
  EXPECT_EQ(back->start, some_record().start);
  EXPECT_EQ(back->host, "n1");
}

TEST(ExitRecord, EveryShortenedRecordIsNone) {
  const test::TemporaryDirectory directory;
  write_exit_record(directory.path(), some_record());
  const std::string whole = test::text_of(exit_record_path(directory.path()));

  for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
    std::ofstream{exit_record_path(directory.path())} << whole.substr(0, size);
    EXPECT_FALSE(read_exit_record(directory.path(), run)) << size;
  }
}

TEST(ExitRecord, GarbageIsNone) {
  const test::TemporaryDirectory directory;
  for (const char* text : {"[]", "7", "{}", R"({"outcome":7,"end":"x"})",
                           R"({"outcome":"gone","end":"2026-01-01T00:00:00.000000Z"})",
                           R"({"outcome":"failed","end":"2026-13-01T00:00:00.000000Z"})"}) {
    std::ofstream{exit_record_path(directory.path())} << text;
    EXPECT_FALSE(read_exit_record(directory.path(), run)) << text;
  }
}

TEST(ExitRecord, AFolderThatIsGoneIsSaid) {
  EXPECT_FALSE(write_exit_record("/no/such/folder", some_record()));
}

}  // namespace
}  // namespace diwan
