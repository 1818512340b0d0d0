// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/progress.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>

#include "driver/core/apply.hpp"

namespace diwan {
namespace {

/// A stream in memory's place, read back as text.
class Stream {
 public:
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { std::fclose(file_); }
  std::FILE* file() { return file_; }
  std::string text() {
    std::string text(4096, '\0');
    std::rewind(file_);
    text.resize(std::fread(text.data(), 1, text.size(), file_));
    return text;
  }

 private:
  std::FILE* file_ = std::tmpfile();
};

TEST(Progress, ShowsTheLastLinesOfATrialThatGaveNoMetric) {
  Experiment experiment({.metrics = {{.name = "loss", .strategy = Strategy::min}},
                         .directions = {Direction::minimize},
                         .retries = 0});
  std::vector<Record> records;
  Ended ended;
  ended.run = {1, 1};
  const std::vector<Event> events = {Suggested{1, "e-a", {{0.5}}, {}, {}}, Queued{{1, 1}}, ended};
  for (const Event& event : events) {
    records.push_back({experiment.last_record() + 1, Time{}, event});
    ASSERT_TRUE(apply(experiment, records.back()));
  }
  Stream stream;

  Progress progress("e", ProgressMode::plain, stream.file(), [](const Trial& trial) {
    return "the end of its stdout.log:\n  los=" + std::to_string(trial.number) + "\n";
  });
  progress.step(Time{}, experiment, records);

  EXPECT_EQ(stream.text(),
            "trial #1 e-a MetricsUnavailable in 0.0s; the end of its stdout.log:\n"
            "  los=1\n");
}

TEST(Progress, WritesALineForATrialThatEndedAndOneAMinute) {
  Stream stream;
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
    Progress progress("e", ProgressMode::plain, stream.file());
    progress.step(Time{}, experiment, records);
    progress.tick(Time{} + std::chrono::seconds(61), experiment);
  }
  EXPECT_EQ(stream.text(),
            "trial #1 e-a Succeeded loss=0.125 in 0.0s\n"
            "1970-01-01T00:01:01Z e: 1 done, 0 running, 0 failed, best 0.125 (#1)\n");
}

TEST(Progress, TellsANoticeOnce) {
  Experiment experiment({.metrics = {{.name = "recall", .strategy = Strategy::min}},
                         .directions = {Direction::minimize},
                         .retries = 0});
  Stream stream;
  Progress progress("e", ProgressMode::plain, stream.file());
  progress.tell_notices(
      Notices(experiment.rules(), SearchSpace({Parameter{.name = "x", .domain = Real{}}})),
      "my e.diwan");
  const auto tell = [&](Event event) {
    const std::array<Record, 1> records = {
        Record{experiment.last_record() + 1, Time{}, std::move(event)}};
    ASSERT_TRUE(apply(experiment, records.front()));
    progress.step(Time{}, experiment, records);
  };

  for (std::uint32_t number = 1; number <= 7; ++number) {
    tell(Suggested{number, "e-a", {{0.1 * number}}, {}, {}});
    tell(Queued{{number, 1}});
    Observed batch;
    batch.run = {number, 1};
    batch.steps = {1};
    batch.values = {-0.25};
    batch.times = {Time{}};
    tell(batch);
    Ended ended;
    ended.run = {number, 1};
    tell(ended);
  }

  const std::string text = stream.text();
  const std::size_t below = text.find("notice: recall is -0.25 in trial #1, below 0");
  ASSERT_NE(below, std::string::npos) << text;
  EXPECT_NE(text.find("(`diwan logs 'my e.diwan' 1`)"), std::string::npos) << text;
  const std::size_t first = text.find("notice: every trial so far has recall=-0.25");
  ASSERT_NE(first, std::string::npos) << text;
  EXPECT_EQ(text.find("notice: ", first + 1), std::string::npos) << text;
  EXPECT_EQ(text.find("notice: ", below + 1), first) << text;
  EXPECT_GT(first, text.find("trial #5"));
  EXPECT_LT(first, text.find("trial #6"));
}

}  // namespace
}  // namespace diwan
