// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/text_collector.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

#include <gtest/gtest.h>

namespace diwan {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

struct Reading {
  std::vector<Observation> observations;
  Skipped skipped;
};

Reading read(const std::string& text, const std::vector<std::string>& metrics,
             const std::vector<std::string>& filters = {}) {
  TextCollector collector(metrics, filters);
  Reading reading;
  reading.observations = collector.feed(text);
  for (Observation& last : collector.finish()) {
    reading.observations.push_back(std::move(last));
  }
  reading.skipped = collector.skipped();
  return reading;
}

std::vector<double> values(const std::string& text, const std::string& metric = "loss",
                           const std::vector<std::string>& filters = {}) {
  std::vector<double> all;
  for (const Observation& one : read(text, {metric}, filters).observations) {
    all.push_back(one.value);
  }
  return all;
}

using Values = std::vector<double>;

TEST(TextCollector, ReadsTheNumbersOfKatibsDefaultFilter) {
  EXPECT_EQ(values("loss=0.3\n"), Values{0.3});
  EXPECT_EQ(values("epoch 1: loss = .98 done\n"), Values{0.98});
  EXPECT_EQ(values("loss=-7.53e-05\n"), Values{-7.53e-05});
  EXPECT_EQ(values("loss=1E0\n"), Values{1});
  EXPECT_EQ(values("loss=0.3abc\n"), Values{0.3});
}

TEST(TextCollector, ReadsWhatKatibsDefaultFilterLeavesEmptyOrCutsShort) {
  EXPECT_EQ(values("loss=inf\n"), Values{inf});
  EXPECT_EQ(values("loss=-Infinity\n"), Values{-inf});
  EXPECT_EQ(values("loss=+1\n"), Values{1});
  EXPECT_EQ(values("loss=.5\n"), Values{0.5});
  EXPECT_EQ(values("loss=5.\n"), Values{5});
  EXPECT_EQ(values("loss=5.e2\n"), Values{500});
  const Values not_a_number = values("loss=nan\nloss = NaN, next\n");
  ASSERT_EQ(not_a_number.size(), 2U);
  EXPECT_TRUE(std::isnan(not_a_number[0]));
  EXPECT_TRUE(std::isnan(not_a_number[1]));
}

TEST(TextCollector, DoesNotTakeAWordForANumber) {
  EXPECT_EQ(values("loss=info\nloss=nancy\nloss=inf_5\n"), Values{});
}

TEST(TextCollector, NeedsTheEqualsSign) { EXPECT_EQ(values("loss: 0.3\n"), Values{}); }

TEST(TextCollector, TakesSeveralOfALineInTheirOrder) {
  const Reading reading = read("acc=0.9, loss=0.3 loss=0.2\n", {"loss", "acc"});

  ASSERT_EQ(reading.observations.size(), 3U);
  EXPECT_EQ(reading.observations[0].metric, 1U);
  EXPECT_EQ(reading.observations[1].metric, 0U);
  EXPECT_EQ(reading.observations[1].value, 0.3);
  EXPECT_EQ(reading.observations[2].value, 0.2);
}

TEST(TextCollector, NamesMustBeEqualAsAWhole) {
  EXPECT_EQ(values("--loss=1\ntrain_loss=2\nloss2=3\nLoss=4\na|loss=5\n"), Values{});
  EXPECT_EQ(values("val/loss=6\n"), Values{6});
  EXPECT_EQ(values("--loss=7\n", "--loss"), Values{7});
}

TEST(TextCollector, TakesTheFirstWordForTheTimeWhereItIsRfc3339) {
  const Reading reading = read(
      "1970-01-01T00:00:01.5Z loss=1\n"
      "1970-01-01T00:00:02Z\tINFO\tloss=2\n"
      "1970-01-01 00:00:03 loss=3\n"
      "x 1970-01-01T00:00:04Z loss=4\n",
      {"loss"});

  ASSERT_EQ(reading.observations.size(), 4U);
  EXPECT_EQ(reading.observations[0].time, Time{std::chrono::milliseconds{1500}});
  EXPECT_EQ(reading.observations[1].time, Time{std::chrono::seconds{2}});
  EXPECT_EQ(reading.observations[2].time, std::nullopt);
  EXPECT_EQ(reading.observations[3].time, std::nullopt);
  EXPECT_EQ(reading.observations[0].step, std::nullopt);
}

TEST(TextCollector, SeesThroughColours) {
  EXPECT_EQ(values("\x1b[32mloss\x1b[0m=\x1b[1m0.3\x1b[0m\n"), Values{0.3});
}

TEST(TextCollector, SeesEachStateOfAProgressBar) {
  EXPECT_EQ(values("\r 10% loss=0.5\r 20% loss=0.4\r\n100% loss=0.3"), (Values{0.5, 0.4, 0.3}));
}

TEST(TextCollector, ReadsTheLastLineWithoutItsEnd) { EXPECT_EQ(values("loss=0.3"), Values{0.3}); }

TEST(TextCollector, CountsLinesThatNameAMetricAndGiveNothing) {
  const Reading reading =
      read("loss: 0.3\nloss=\nno metric here\nepoch=1\nloss=0.1\nglossy=5\n", {"loss"});

  EXPECT_EQ(reading.skipped.count, 3U);
  EXPECT_EQ(reading.skipped.examples, (std::vector<std::string>{"loss: 0.3", "loss=", "glossy=5"}));
}

TEST(TextCollector, KeepsFiveShortPrintableExamples) {
  std::string text;
  for (int i = 0; i < 7; ++i) {
    text += "loss \x1b[31m\x01" + std::string(1000, 'x') + "\n";
  }

  const Skipped skipped = read(text, {"loss"}).skipped;

  EXPECT_EQ(skipped.count, 7U);
  ASSERT_EQ(skipped.examples.size(), 5U);
  EXPECT_EQ(skipped.examples[0], "loss \xEF\xBF\xBD" + std::string(192, 'x'));
}

TEST(TextCollector, AppliesFiltersInTheirOrder) {
  const Reading reading = read("acc: 0.9; loss: 0.3\n", {"loss", "acc"},
                               {R"((loss): ([0-9.]+))", R"(([a-z]+):\s*([0-9.]+))"});

  ASSERT_EQ(reading.observations.size(), 3U);
  EXPECT_EQ(reading.observations[0].value, 0.3);
  EXPECT_EQ(reading.observations[1].value, 0.9);
  EXPECT_EQ(reading.observations[2].value, 0.3);
}

TEST(TextCollector, TrimsBothGroupsOfAFilter) {
  EXPECT_EQ(values("< loss >< 0.3 >\n", "loss", {"<(.*?)><(.*?)>"}), Values{0.3});
}

TEST(TextCollector, KeepsATextThatIsNoNumber) {
  const Reading reading = read("Best-Genotype=Genotype(normal=[('skip', 0)])\n", {"Best-Genotype"},
                               {R"(([\w-]+)=(Genotype.*))"});

  ASSERT_EQ(reading.observations.size(), 1U);
  EXPECT_EQ(reading.observations[0].text, "Genotype(normal=[('skip', 0)])");
  EXPECT_TRUE(std::isnan(reading.observations[0].value));
}

TEST(TextCollector, HasNoObservationOfAnEmptyValue) {
  const Reading reading = read("loss: \n", {"loss"}, {"(loss):([^;]*)"});

  EXPECT_TRUE(reading.observations.empty());
  EXPECT_EQ(reading.skipped.count, 1U);
}

TEST(TextCollector, EndsWithAFilterThatMatchesNothingAtAll) {
  EXPECT_EQ(values("loss loss\n", "loss", {"()()"}), Values{});
}

TEST(TextCollector, AFilterSeesALongLineAsItSeesShortOnes) {
  constexpr std::size_t longest = TextCollector::longest_match_bytes;
  // Numbers at every place relative to what is looked at together.
  for (std::size_t shift = 0; shift < 9; ++shift) {
    std::string line(shift, '-');
    Values expected;
    while (line.size() < 5 * longest) {
      expected.push_back(static_cast<double>(100'000 + expected.size()));
      line += " loss=" + std::to_string(100'000 + expected.size() - 1);
    }
    const std::string last = line.substr(line.rfind('=') + 1);

    EXPECT_EQ(values(line + "\n", "loss", {R"((\w+)=(\d+))"}), expected);
    EXPECT_EQ(values(line + "\n", "loss", {R"((\w+)=(\d+)(?:.*;)?)"}), expected);
    EXPECT_EQ(values(line + "\n", "loss", {R"((\w+)=(\d+)$)"}), Values{std::stod(last)});
    EXPECT_EQ(values("loss=7 " + line + "\n", "loss", {R"(^(\w+)=(\d+))"}), Values{7});
  }
}

TEST(TextCollector, PassesOverAMatchThatIsTooLongInALongLine) {
  const std::string filler(3 * TextCollector::longest_match_bytes, 'x');

  EXPECT_EQ(values("loss=1 " + filler + ";loss=2;", "loss", {R"((\w+)=(\d+)[^;]*;)"}), Values{2});
}

TEST(TextCollector, TakesTheSameTimeForEachPartOfALongLine) {
  constexpr std::size_t count = 40'000;
  std::string line;
  for (std::size_t i = 0; i < count; ++i) {
    line += "loss=1 ";
  }

  // Read to the end of the line for each match these would be five billion steps.
  EXPECT_EQ(values(line, "loss", {R"((\w+)=(\d+)(?:.*;)?)"}).size(), count);
}

TEST(TextCollector, RefusesABadFilter) {
  EXPECT_THROW(TextCollector({"loss"}, {"(loss"}), std::invalid_argument);
}

TEST(TextCollector, ReadsALineOverTheLimitUpToItsLastWholeWord) {
  const std::size_t limit = LineSplitter::limit_bytes;
  // The limit falls behind the 2 of the second value.
  const std::string start = "loss=0.1 " + std::string(limit - 18, 'x') + " loss=0.2";
  const Reading reading = read(start + "5 loss=0.3\nloss=0.4\n", {"loss"});

  ASSERT_EQ(start.size(), limit);
  ASSERT_EQ(reading.observations.size(), 2U);
  EXPECT_EQ(reading.observations[0].value, 0.1);
  EXPECT_EQ(reading.observations[1].value, 0.4);
  EXPECT_EQ(reading.skipped.count, 1U);
  EXPECT_EQ(reading.skipped.examples[0].substr(0, 12), "loss=0.1 xxx");
}

TEST(TextCollector, ReadsALineOfExactlyTheLimitWhole) {
  const std::string line = std::string(LineSplitter::limit_bytes - 9, 'x') + " loss=0.2";

  const Reading reading = read(line, {"loss"});

  ASSERT_EQ(reading.observations.size(), 1U);
  EXPECT_EQ(reading.skipped.count, 0U);
}

TEST(TextCollector, FindsTheSameAmongMuchElse) {
  const std::vector<std::string> rare = {"loss=0.5\n", "lo\x1b[0mss=0.25\n", "loss: 3\n",
                                         "\rloss=1\r", "val-loss=2\n"};
  std::mt19937 random(7);
  for (const std::vector<std::string>& filters :
       {std::vector<std::string>{}, {R"((\w+)=([\d.]+))"}}) {
    TextCollector line_by_line({"loss", "a-name-of-which-nothing-comes"}, filters);
    std::vector<Observation> expected;
    std::string text;
    for (int i = 0; i < 20'000; ++i) {
      const std::string line = random() % 100 == 0 ? rare[random() % rare.size()]
                                                   : std::string(random() % 80, 'x') +
                                                         (random() % 9 == 0 ? "\r" : "los=1\n");
      for (Observation& one : line_by_line.feed(line)) {
        expected.push_back(std::move(one));
      }
      text += line;
    }

    const Reading whole = read(text, {"loss", "a-name-of-which-nothing-comes"}, filters);

    ASSERT_GT(expected.size(), 50U);
    EXPECT_EQ(whole.observations, expected);
    EXPECT_EQ(whole.skipped, line_by_line.skipped());
  }
}

TEST(TextCollector, CountsALineThatIsTooLongAmongOthersWithoutAMetric) {
  const std::string text = "x\n" + std::string(LineSplitter::limit_bytes + 1, 'x') + "\nloss=1\n";

  EXPECT_EQ(read(text, {"loss"}).skipped.count, 1U);
  EXPECT_EQ(values(text), Values{1});
}

}  // namespace
}  // namespace diwan
