// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/waits_file.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "collectors/timestamp.hpp"
#include "tests/driver/store/temporary_directory.hpp"

namespace diwan {
namespace {

TEST(WaitsFile, IsOneJsonObjectAndReadsBack) {
  const TemporaryDirectory directory;
  const Waits waits{.at = *parse_rfc3339("2026-01-31T12:00:00Z"),
                    .groups = {{.reason = "Slurm: \"Priority\"", .trials = {1, 3}},
                               {.reason = "Slurm: Resources", .trials = {2}}}};
  EXPECT_EQ(read_waits(directory.path()), std::nullopt);

  write_waits(directory.path(), waits);

  EXPECT_EQ(slurp(directory / "waiting"),
            R"({"version":1,"time":"2026-01-31T12:00:00.000000Z","waiting":[)"
            R"({"reason":"Slurm: \"Priority\"","trials":[1,3]},)"
            R"({"reason":"Slurm: Resources","trials":[2]}]})"
            "\n");
  EXPECT_EQ(read_waits(directory.path()), waits);
  remove_waits(directory.path());
  remove_waits(directory.path());
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(WaitsFile, ThatIsNoneOrOfAnotherVersionTellsNothing) {
  const TemporaryDirectory directory;
  for (const char* text :
       {"", "{", "[]", R"({"version":1})", R"({"version":2,"time":"2026-01-31T12:00:00Z"})",
        R"({"version":1,"time":"2026-01-31T12:00:00Z","waiting":[{"trials":[-1]}]})"}) {
    spit(directory / "waiting", text);
    EXPECT_EQ(read_waits(directory.path()), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace diwan
