// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/json_collector.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace diwan {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

struct Reading {
  std::vector<Observation> observations;
  Skipped skipped;
};

Reading read(const std::string& text,
             JsonCollector::Text text_is = JsonCollector::Text::is_observed) {
  JsonCollector collector({"loss", "acc"}, text_is);
  Reading reading;
  reading.observations = collector.feed(text);
  for (Observation& last : collector.finish()) {
    reading.observations.push_back(std::move(last));
  }
  reading.skipped = collector.skipped();
  return reading;
}

TEST(JsonCollector, AcceptsNumbersAndTextsThatSpellThem) {
  const Reading reading = read(R"({"acc": "0.9", "loss": 0.25, "other": 1}
{"loss": 3}
{"loss": "1e-3"})");

  ASSERT_EQ(reading.observations.size(), 4U);
  EXPECT_EQ(reading.observations[0].metric, 0U);  // in the metrics' order
  EXPECT_EQ(reading.observations[0].value, 0.25);
  EXPECT_EQ(reading.observations[1].metric, 1U);
  EXPECT_EQ(reading.observations[1].value, 0.9);
  EXPECT_EQ(reading.observations[2].value, 3);
  EXPECT_EQ(reading.observations[3].value, 0.001);
  EXPECT_EQ(reading.skipped, Skipped{});
}

TEST(JsonCollector, TakesTheStepFromItsKey) {
  const Reading reading = read(R"({"step": 3, "loss": 1}
{"step": 4.0, "loss": 1}
{"step": "5", "loss": 1}
{"step": 0.5, "loss": 1}
{"step": null, "loss": 1}
{"step": 9223372036854775807, "loss": 1}
{"loss": 1})");

  ASSERT_EQ(reading.observations.size(), 7U);
  EXPECT_EQ(reading.observations[0].step, 3);
  EXPECT_EQ(reading.observations[1].step, 4);
  EXPECT_EQ(reading.observations[2].step, 5);
  EXPECT_EQ(reading.observations[3].step, std::nullopt);
  EXPECT_EQ(reading.observations[4].step, std::nullopt);
  EXPECT_EQ(reading.observations[5].step, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(reading.observations[6].step, std::nullopt);
}

TEST(JsonCollector, TakesTheTimeAsRfc3339OrUnixSeconds) {
  const Reading reading = read(R"({"timestamp": "1970-01-01T00:00:01Z", "loss": 1}
{"timestamp": 1.5, "loss": 1}
{"timestamp": 2, "loss": 1}
{"timestamp": "yesterday", "loss": 1}
{"loss": 1})");

  ASSERT_EQ(reading.observations.size(), 5U);
  EXPECT_EQ(reading.observations[0].time, Time{std::chrono::seconds{1}});
  EXPECT_EQ(reading.observations[1].time, Time{std::chrono::milliseconds{1500}});
  EXPECT_EQ(reading.observations[2].time, Time{std::chrono::seconds{2}});
  EXPECT_EQ(reading.observations[3].time, std::nullopt);
  EXPECT_EQ(reading.observations[4].time, std::nullopt);
}

TEST(JsonCollector, SkipsBadLinesAndGoesOn) {
  const Reading reading =
      read("{\"loss\": \nloading\n[1]\n\n  \n7\n{\"loss\": 1}\n{\"loss\":1}}\n");

  ASSERT_EQ(reading.observations.size(), 1U);
  EXPECT_EQ(reading.skipped.count, 5U);
  EXPECT_EQ(reading.skipped.examples,
            (std::vector<std::string>{"{\"loss\": ", "loading", "[1]", "7", "{\"loss\":1}}"}));
}

TEST(JsonCollector, CountsMetricsWithAValueOfNoUse) {
  const Reading reading = read(R"({"loss": null}
{"loss": [0.1], "acc": 0.5}
{"loss": {"loss": 0.1}}
{"loss": true}
{"loss": ""}
{"other": 1})");

  ASSERT_EQ(reading.observations.size(), 1U);
  EXPECT_EQ(reading.observations[0].metric, 1U);
  EXPECT_EQ(reading.skipped.count, 5U);
}

TEST(JsonCollector, ReadsTheOutermostObjectAlone) {
  const Reading reading =
      read(R"({"detail": {"loss": 9, "step": 9}, "loss": 1, "list": [{"loss": 8}]})");

  ASSERT_EQ(reading.observations.size(), 1U);
  EXPECT_EQ(reading.observations[0].value, 1);
  EXPECT_EQ(reading.observations[0].step, std::nullopt);
}

TEST(JsonCollector, AcceptsPythonsBareConstants) {
  const Reading reading = read(R"({"loss": NaN, "acc": -Infinity, "note": "NaN \" Infinity"}
{"loss": Infinity, "NaN": 1}
{"loss": Nan})");

  ASSERT_EQ(reading.observations.size(), 3U);
  EXPECT_TRUE(std::isnan(reading.observations[0].value));
  EXPECT_EQ(reading.observations[0].text, "");
  EXPECT_EQ(reading.observations[1].value, -inf);
  EXPECT_EQ(reading.observations[2].value, inf);
  EXPECT_EQ(reading.skipped.count, 1U);
}

TEST(JsonCollector, KeepsATextThatIsNoNumberWhereAsked) {
  const std::string line = R"({"loss": "Genotype"})";

  const Reading observed = read(line, JsonCollector::Text::is_observed);
  const Reading skipped = read(line, JsonCollector::Text::is_skipped);

  ASSERT_EQ(observed.observations.size(), 1U);
  EXPECT_EQ(observed.observations[0].text, "Genotype");
  EXPECT_TRUE(skipped.observations.empty());
  EXPECT_EQ(skipped.skipped.count, 1U);
}

TEST(JsonCollector, TakesTheLastOfAKeyGivenTwice) {
  const Reading reading = read(R"({"loss": 1, "loss": 2})");

  ASSERT_EQ(reading.observations.size(), 1U);
  EXPECT_EQ(reading.observations[0].value, 2);
}

TEST(JsonCollector, StandsDeepNestingAndHugeLines) {
  const std::string deep = R"({"loss":)" + std::string(500'000, '[') + "\n";
  const std::string huge = R"({"x":")" + std::string(2 << 20, 'x') + "\",\"loss\":1}\n";

  const Reading reading = read(deep + huge + "{\"loss\":1}\n");

  EXPECT_EQ(reading.observations.size(), 1U);
  EXPECT_EQ(reading.skipped.count, 2U);
}

}  // namespace
}  // namespace diwan
