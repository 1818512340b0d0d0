// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/exposition.hpp"

#include <chrono>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace diwan {
namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;
using std::chrono::milliseconds;

TEST(Exposition, ASampleIsASeriesAValueAndPerhapsATime) {
  // Lines of the format's own page.
  const auto plain =
      parse_sample("http_requests_total{method=\"post\",code=\"200\"} 1027 1395066363000");
  const auto early = parse_sample("something_weird{problem=\"division by zero\"} +Inf -3982045");
  const auto bare = parse_sample("metric_without_timestamp_and_labels 12.47");

  ASSERT_TRUE(plain && early && bare);
  EXPECT_EQ(plain->series, (Series{"http_requests_total", {{"code", "200"}, {"method", "post"}}}));
  EXPECT_EQ(plain->value, 1027);
  EXPECT_EQ(plain->time, Time{milliseconds{1395066363000}});
  EXPECT_EQ(early->value, std::numeric_limits<double>::infinity());
  EXPECT_EQ(early->time, Time{milliseconds{-3982045}});
  EXPECT_EQ(bare->series, (Series{"metric_without_timestamp_and_labels", {}}));
  EXPECT_EQ(bare->value, 12.47);
  EXPECT_EQ(bare->time, std::nullopt);
}

TEST(Exposition, ATimeIsExactToTheMillisecondAndNoneOutsideTheCalendar) {
  EXPECT_EQ(parse_sample("loss 1 111111111111123")->time, Time{milliseconds{111111111111123}});
  EXPECT_EQ(parse_sample("loss 1 9000000000000000000")->time, std::nullopt);
}

TEST(Exposition, EscapesStandForQuoteBackslashAndNewLine) {
  const auto sample = parse_sample(
      R"(msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find:\n\"F\"}"} 1.458e9)");

  ASSERT_TRUE(sample);
  EXPECT_EQ(sample->series.labels,
            (Labels{{"error", "Cannot find:\n\"F\"}"}, {"path", "C:\\DIR\\FILE.TXT"}}));
  EXPECT_EQ(sample->value, 1.458e9);
}

TEST(Exposition, BlanksACommaAtTheEndAndEmptyLabelsAreAllowed) {
  const Series wanted{"loss", {{"a", "1"}}};

  for (const char* line : {"loss{a=\"1\"} 2", "  loss { a = \"1\" , } \t 2 ", "loss{a=\"1\"}2",
                           "loss{b=\"\",a=\"1\"} 2 5"}) {
    const auto sample = parse_sample(line);
    ASSERT_TRUE(sample) << line;
    EXPECT_EQ(sample->series, wanted) << line;
    EXPECT_EQ(sample->value, 2) << line;
  }
  EXPECT_EQ(parse_sample("loss{} 2")->series, (Series{"loss", {}}));
}

TEST(Exposition, OpenMetricsTimesAndExemplarsAreRead) {
  const auto seconds = parse_sample("loss 2 1395066363.25");
  const auto exemplar = parse_sample("loss_bucket{le=\"1\"} 8 # {trace=\"a b\"} 0.6 15.2");

  ASSERT_TRUE(seconds && exemplar);
  EXPECT_EQ(seconds->time, Time{milliseconds{1395066363250}});
  EXPECT_EQ(exemplar->value, 8);
  EXPECT_EQ(exemplar->time, std::nullopt);
}

TEST(Exposition, ANameOfOtherCharactersStandsBetweenTheBraces) {
  const auto sample = parse_sample(R"({"val/loss", "my.label"="x"} 2)");

  ASSERT_TRUE(sample);
  EXPECT_EQ(sample->series, (Series{"val/loss", {{"my.label", "x"}}}));
}

TEST(Exposition, WhatIsNoSampleIsNone) {
  for (const char* line :
       {"", "loss", "loss abc", "loss 1 2 3", "loss 1 x", "9loss 1", "loss{a=\"1} 1", "loss{a=1} 1",
        "loss{a=\"1\"", "loss{a=\"1\" b=\"2\"} 1", "loss{a=\"1\",a=\"2\"} 1", "loss{,} 1",
        "{a=\"1\"} 1", "{\"x\",\"y\"} 1", "loss{\"x\"} 1", "loss= 1", "lo-ss 1"}) {
    EXPECT_FALSE(parse_sample(line)) << line;
  }
}

TEST(Exposition, ASeriesIsReadAgainAsItIsWritten) {
  for (const Series& series :
       {Series{"loss", {}}, Series{"loss", {{"a", "x\"\\\n}"}, {"my label", "1"}}},
        Series{"val/loss", {}}, Series{"é", {{"b", "2"}}}, Series{"loss{", {}}}) {
    EXPECT_EQ(parse_series(series_text(series)), series) << series_text(series);
  }
  EXPECT_EQ(series_text({"loss", {{"split", "val"}}}), "loss{split=\"val\"}");
}

TEST(Exposition, ALineHasAllDigitsOfItsValueAndTheTimeInMilliseconds) {
  const Time time{std::chrono::microseconds{1'500'999}};

  EXPECT_EQ(sample_line({"loss", {}}, 0.1, time), "loss 0.1 1500\n");
  EXPECT_EQ(parse_sample(sample_line({"loss", {}}, 1.0 / 3.0, time))->value, 1.0 / 3.0);
  EXPECT_TRUE(std::isnan(parse_sample(sample_line({"loss", {}}, std::nan(""), time))->value));
  EXPECT_EQ(parse_sample(sample_line({"a", {}}, -HUGE_VAL, time))->value, -HUGE_VAL);
}

TEST(Exposition, SeriesThatResembleTheWantedOneComeFirst) {
  const std::string text =
      "# TYPE x counter\nx_total 3\nbroken\nval_loss{fold=\"1\"} 0.5\nx_total 4\nLoss 1\n";

  EXPECT_EQ(exposed_series(text, "loss", 3),
            (std::vector<std::string>{"val_loss{fold=\"1\"}", "Loss", "x_total"}));
  EXPECT_EQ(exposed_series(text, "loss", 1).size(), 1U);
}

}  // namespace
}  // namespace diwan
