// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/progress.hpp"

#include <chrono>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>

#include "driver/core/apply.hpp"

namespace diwan {
namespace {

TEST(Progress, WritesALineForATrialThatEndedAndOneAMinute) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  Experiment experiment({.metrics = {{.name = "loss", .strategy = Strategy::min}},
                         .directions = {Direction::minimize},
                         .retries = 0});
  std::vector<Record> records;
  const auto tell = [&](Event event) {
    records.push_back({experiment.last_record() + 1, Time{}, std::move(event)});
    ASSERT_TRUE(apply(experiment, records.back()));
  };
  tell(Suggested{1, "e-a", {{0.5}}, {}, {}});
  tell(Queued{{1, 1}});
  Observed batch;
  batch.run = {1, 1};
  batch.steps = {1};
  batch.values = {0.125};
  batch.times = {Time{}};
  tell(batch);
  Ended ended;
  ended.run = {1, 1};
  tell(ended);

  {
    Progress progress("e", ProgressMode::plain, file);
    progress.step(Time{}, experiment, records);
    progress.tick(Time{} + std::chrono::seconds(61), experiment);
  }
  std::string text(4096, '\0');
  std::rewind(file);
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);

  EXPECT_EQ(text,
            "trial #1 e-a Succeeded loss=0.125 in 0.0s\n"
            "1970-01-01T00:01:01Z e: 1 done, 0 running, 0 failed, best 0.125 (#1)\n");
}

}  // namespace
}  // namespace diwan
