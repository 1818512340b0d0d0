// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/collection.hpp"

#include <map>

#include <gtest/gtest.h>

namespace diwan {
namespace {

constexpr RunKey run{.trial = 1, .attempt = 1};
constexpr Time noon{std::chrono::hours{12}};

RunSettings two_metrics() {
  RunSettings settings;
  settings.collector.metrics = {"loss", "accuracy"};
  return settings;
}

TEST(Collection, EachSourceAndMetricHasItsOwnCount) {
  const RunSettings settings = two_metrics();
  Collection collection{run, settings};

  collection.feed(Source::standard_output, "loss=1\naccuracy=5\nloss=2\n", noon);
  const auto first = collection.take();
  collection.feed(Source::standard_output, "loss=3\n", noon);
  collection.feed(Source::standard_error, "loss=4\n", noon);
  const auto second = collection.take();

  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].values, (std::vector<double>{1, 2}));
  EXPECT_EQ(first[1].metric, 1U);
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(second[0].first, 2U);
  EXPECT_EQ(second[1].first, 0U);
  EXPECT_EQ(second[1].source, Source::standard_error);
  EXPECT_TRUE(collection.empty());
}

TEST(Collection, AValueWithoutATimeGetsThatOfItsArrival) {
  const RunSettings settings = two_metrics();
  Collection collection{run, settings};

  collection.feed(Source::standard_output, "loss=1\n2026-01-02T03:04:05Z loss=2\n", noon);

  const auto batches = collection.take();
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches[0].times[0], noon);
  EXPECT_NE(batches[0].times[1], noon);
}

TEST(Collection, APushedMetricIsNoLongerTakenFromTheOutput) {
  const RunSettings settings = two_metrics();
  Collection collection{run, settings};

  collection.feed(Source::standard_output, "loss=1\n", noon);
  collection.feed(Source::push, "{\"step\":7,\"loss\":0.5}\n", noon);
  collection.feed(Source::standard_output, "loss=2\naccuracy=3\n", noon);

  std::map<std::pair<Source, std::uint32_t>, std::vector<double>> values;
  for (const Observed& batch : collection.take()) {
    auto& list = values[{batch.source, batch.metric}];
    list.insert(list.end(), batch.values.begin(), batch.values.end());
    EXPECT_EQ(batch.own_steps, batch.source == Source::push);
  }
  EXPECT_EQ((values[{Source::standard_output, 0}]), (std::vector<double>{1}));
  EXPECT_EQ((values[{Source::push, 0}]), (std::vector<double>{0.5}));
  EXPECT_EQ((values[{Source::standard_output, 1}]), (std::vector<double>{3}));
}

TEST(Collection, ABatchIsAtMost4096LongAndCountsGoOn) {
  const RunSettings settings = two_metrics();
  Collection collection{run, settings};
  std::string text;
  for (int i = 0; i < 10000; ++i) {
    text += "loss=" + std::to_string(i) + "\n";
  }

  collection.feed(Source::standard_output, text, noon);

  std::uint64_t next = 0;
  for (const Observed& batch : collection.take()) {
    EXPECT_LE(batch.values.size(), 4096U);
    EXPECT_EQ(batch.first, next);
    EXPECT_EQ(batch.values.at(0), static_cast<double>(next));
    EXPECT_EQ(batch.times.size(), batch.values.size());
    next += batch.values.size();
  }
  EXPECT_EQ(next, 10000U);
}

TEST(Collection, ABatchHasStepsForAllOrForNone) {
  const RunSettings settings = two_metrics();
  Collection collection{run, settings};

  collection.feed(Source::push, "{\"loss\":1}\n{\"step\":5,\"loss\":2}\n{\"loss\":3}\n", noon);

  const auto batches = collection.take();
  ASSERT_EQ(batches.size(), 3U);
  EXPECT_TRUE(batches[0].steps.empty());
  EXPECT_EQ(batches[1].steps, (std::vector<std::int64_t>{5}));
  EXPECT_EQ(batches[1].first, 1U);
  EXPECT_EQ(batches[2].first, 2U);
}

TEST(Collection, ATextValueStandsAtItsPlace) {
  RunSettings settings = two_metrics();
  settings.collector.filters = {"([a-z]+)=(.*)"};
  Collection collection{run, settings};

  collection.feed(Source::standard_output, "loss=1\nloss=conv3x3\n", noon);

  const auto batches = collection.take();
  ASSERT_EQ(batches.size(), 1U);
  ASSERT_EQ(batches[0].values.size(), 2U);
  EXPECT_EQ(batches[0].texts, (std::map<std::uint32_t, std::string>{{1, "conv3x3"}}));
}

TEST(Collection, WithAMetricsFileTheStreamsAreNotRead) {
  RunSettings settings = two_metrics();
  settings.collector.kind = CollectorKind::file;
  settings.metrics_file = "m.log";
  Collection collection{run, settings};

  collection.feed(Source::standard_output, "loss=1\n", noon);
  EXPECT_TRUE(collection.empty());
  collection.feed(Source::file, "loss=2\n", noon);
  EXPECT_FALSE(collection.empty());
}

TEST(Collection, AnUnfinishedLastLineCountsAtTheEnd) {
  const RunSettings settings = two_metrics();
  Collection collection{run, settings};

  collection.feed(Source::standard_output, "loss=0.25", noon);
  EXPECT_TRUE(collection.empty());
  collection.finish(Source::standard_output, noon);

  ASSERT_EQ(collection.take().size(), 1U);
}

}  // namespace
}  // namespace diwan
