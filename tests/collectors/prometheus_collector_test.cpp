// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/prometheus_collector.hpp"

#include <chrono>
#include <cmath>

#include <gtest/gtest.h>

namespace diwan {
namespace {

std::vector<double> values_of(const std::vector<Observation>& observations) {
  std::vector<double> values;
  for (const Observation& observation : observations) {
    values.push_back(observation.value);
  }
  return values;
}

TEST(PrometheusCollector, OnlyAChangedValueIsAnObservation) {
  PrometheusCollector collector({"loss"});

  EXPECT_EQ(values_of(collector.feed("# TYPE loss gauge\nloss 1\n")), (std::vector<double>{1}));
  EXPECT_TRUE(collector.feed("# TYPE loss gauge\nloss 1.0\n").empty());
  EXPECT_EQ(values_of(collector.feed("loss 2\n")), (std::vector<double>{2}));
  EXPECT_EQ(values_of(collector.feed("loss 1\n")), (std::vector<double>{1}));
  EXPECT_EQ(collector.feed("loss NaN\nloss NaN\n").size(), 1U);
}

TEST(PrometheusCollector, AnEqualValueOfAnotherTimeIsOneToo) {
  PrometheusCollector collector({"loss"});

  const auto found = collector.feed("loss 1 1000\nloss 1 1000\nloss 1 2000\n");

  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].time, Time{std::chrono::seconds{1}});
  EXPECT_EQ(found[1].time, Time{std::chrono::seconds{2}});
  EXPECT_EQ(found[1].step, std::nullopt);
}

TEST(PrometheusCollector, AMetricNamesOneSeries) {
  PrometheusCollector collector({"loss{split=\"val\",fold=\"1\"}", "loss", "val/loss"});

  const auto found = collector.feed(
      "loss{fold=\"1\",split=\"val\"} 1\nloss 2\nloss{fold=\"2\",split=\"val\"} 3\n"
      "{\"val/loss\"} 4\nloss_total 5\n");

  EXPECT_EQ(values_of(found), (std::vector<double>{1, 2, 4}));
  EXPECT_EQ(found[0].metric, 0U);
  EXPECT_EQ(found[1].metric, 1U);
  EXPECT_EQ(found[2].metric, 2U);
  EXPECT_EQ(collector.skipped().count, 1U);
  EXPECT_EQ(collector.skipped().examples,
            (std::vector<std::string>{"loss{fold=\"2\",split=\"val\"} 3"}));
}

TEST(PrometheusCollector, LinesThatAreNoSampleAreCounted) {
  PrometheusCollector collector({"loss"});

  EXPECT_TRUE(collector.feed("<html>\n\n# comment\n#\nloss = 3\n").empty());
  EXPECT_EQ(values_of(collector.finish()), (std::vector<double>{}));
  EXPECT_EQ(collector.skipped().count, 2U);
}

}  // namespace
}  // namespace diwan
