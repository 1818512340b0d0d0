// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/notices/notices.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "driver/results/notices/slopes.hpp"
#include "tests/driver/results/notices/search.hpp"

namespace diwan {
namespace {

using namespace std::chrono_literals;
using test::Search;
using test::unit_line;

/// Trials of different assignments, each with one of these highest values of a metric.
Search with_values(const std::string& metric, const std::vector<double>& values) {
  Search search(unit_line(), Direction::maximize, metric);
  for (const double value : values) {
    search.trial({0.5 + 0.001 * static_cast<double>(search.experiment().trials().size())}, {value});
  }
  return search;
}

TEST(IsShare, GoesByWholeWordsOfTheName) {
  for (const char* name : {"accuracy", "val_acc", "Validation-accuracy", "top1-accuracy", "AUC",
                           "test/f1", "recall"}) {
    EXPECT_TRUE(is_share(name)) << name;
  }
  for (const char* name :
       {"loss", "accuracy_loss", "acceleration", "recall_seconds", "f1_error", "factor", ""}) {
    EXPECT_FALSE(is_share(name)) << name;
  }
}

TEST(ImpossibleValues, AreSharesThatLeaveZeroToOne) {
  const Search above = with_values("accuracy", {0.5, 0.7, 0.8, 1.25});
  const Search summed = with_values("accuracy", {0.5, 0.7, 0.8, 35});
  const Search below = with_values("accuracy", {0.5, -0.25});

  ASSERT_EQ(above.kinds(), "impossibleValue ");
  EXPECT_NE(above.notices()[0].text.find("accuracy is 1.25 in trial #4, above 1"),
            std::string::npos)
      << above.notices()[0].text;
  EXPECT_EQ(summed.kinds(), "impossibleValue ");
  EXPECT_EQ(below.kinds(), "impossibleValue ");
}

TEST(ImpossibleValues, LeavePercentagesAlone) {
  EXPECT_EQ(with_values("accuracy", {10, 0.4, 70, 93.5, 100}).kinds(), "");
  EXPECT_EQ(with_values("accuracy", {1, 1.02, 1, 0.98, 1, 71, 64}).kinds(), "")
      << "chance among a hundred classes";
  EXPECT_EQ(with_values("accuracy", {1.5, 1.7}).kinds(), "") << "too few to tell";
  EXPECT_EQ(with_values("accuracy", {10, 70, 101}).kinds(), "impossibleValue ");
}

TEST(ImpossibleValues, AreOfSharesAlone) {
  EXPECT_EQ(with_values("loss", {0.5, 0.7, 0.8, 1.25, -3, 1e9}).kinds(), "");
  EXPECT_EQ(
      with_values("accuracy", {0.5, 0.7, std::numeric_limits<double>::infinity(), 0.1}).kinds(), "")
      << "what is not finite never wins";
}

TEST(EqualResults, AreThoseOfThreeDifferentTrialsWithOneCurve) {
  const std::vector<double> curve = {0.9, 0.7, 0.6, 0.55, 0.54};
  Search search(unit_line(), Direction::minimize);
  search.trial({0.1}, curve);
  search.trial({0.2}, {0.9, 0.7, 0.6, 0.55, 0.53});
  search.trial({0.3}, curve);
  search.trial({0.3}, curve);
  EXPECT_EQ(search.kinds(), "") << "two assignments are no three";

  search.trial({0.4}, curve);

  ASSERT_EQ(search.kinds(), "equalResults ");
  EXPECT_NE(search.notices()[0].text.find("#1, #3 and #5"), std::string::npos)
      << search.notices()[0].text;
}

TEST(EqualResults, AreNotThoseThatChanceMakesEqual) {
  Search search(unit_line(), Direction::maximize, "accuracy");
  for (const double x : {0.1, 0.2, 0.3, 0.4}) {
    search.trial({x}, {0.1, 0.1, 0.1, 0.1, 0.1, 0.1});  // chance, as of a diverged training
    search.trial({x + 0.01}, {0.9333333333333333});     // a small test set
    search.trial({x + 0.02}, {0.9, 0.9333333333333333});
  }

  EXPECT_EQ(search.kinds(), "");
}

TEST(EqualResults, AreThoseOfAllTrialsWhereNothingTellsThemApart) {
  Search search(unit_line(), Direction::minimize);
  for (const double x : {0.1, 0.2, 0.3, 0.4, 0.4}) {
    search.trial({x}, {0.25});
  }
  EXPECT_EQ(search.kinds(), "") << "four assignments are no five";

  search.trial({0.5}, {0.25});
  EXPECT_EQ(search.kinds(), "equalResults ");
  EXPECT_NE(search.notices()[0].text.find("every trial so far has loss=0.25"), std::string::npos);

  search.trial({0.6}, {0.26});
  EXPECT_EQ(search.kinds(), "");
}

TEST(Plateau, IsABestThatHalfOfTheTrialsAndThirtyDidNotBeat) {
  Search search(unit_line(), Direction::minimize);
  for (int i = 0; i < 10; ++i) {
    search.trial({0.5}, {1.0 - 0.01 * i});
  }
  for (int i = 0; i < 29; ++i) {
    search.trial({0.5}, {0.91 + 0.001 * i});
  }
  EXPECT_EQ(search.kinds(), "");

  search.trial({0.5}, {0.91});

  ASSERT_EQ(search.kinds(), "plateau ");
  EXPECT_NE(
      search.notices()[0].text.find("none of the last 30 trials is better than #10 (loss 0.91)"),
      std::string::npos)
      << search.notices()[0].text;
}

TEST(Plateau, AdvisesToStopOnlyWhatStillGoesOn) {
  Search search(unit_line(), Direction::minimize);
  for (int i = 0; i < 40; ++i) {
    search.trial({0.5}, {0.5 + 0.01 * i});
  }
  const std::string running = search.notices().at(0).text;

  StopAsked finish;
  finish.kind = StopAsked::Kind::finish;
  finish.reason = "max_trials";
  search.record(finish);
  const std::string ended = search.notices().at(0).text;

  EXPECT_NE(running.find("`diwan stop DIR`"), std::string::npos) << running;
  EXPECT_EQ(ended.find("diwan stop"), std::string::npos) << ended;
  EXPECT_NE(
      ended.find("`--from` this one; `diwan confirm DIR` tells how much of #1's lead is luck"),
      std::string::npos)
      << ended;
}

TEST(NoticeText, HasTheDirectoryInTheCommandsThatItAdvises) {
  const SearchNotice notice{.kind = SearchNotice::Kind::stalled,
                            .subject = 4,
                            .text =
                                "DIR and `x DIR` are. `diwan logs DIR 4` shows it, `diwan stop "
                                "DIR` ends it, `diwan help` helps: DIR"};

  EXPECT_EQ(text_for(notice, "my e.diwan"),
            "DIR and `x DIR` are. `diwan logs 'my e.diwan' 4` shows it, `diwan stop 'my e.diwan'` "
            "ends it, `diwan help` helps: DIR");
}

TEST(Plateau, IsNoneWhereTheBestIsFromTheLaterHalf) {
  Search search(unit_line(), Direction::minimize);
  for (int i = 0; i < 70; ++i) {
    search.trial({0.5}, {2.0 - 0.01 * i});
  }
  for (int i = 0; i < 50; ++i) {
    search.trial({0.5}, {3.0 + i});
  }

  EXPECT_EQ(search.kinds(), "");
}

TEST(Plateau, IsNoneAtTheGoal) {
  Search search(unit_line(), Direction::minimize);
  search.record(
      BudgetSet{{.max_trials = {}, .parallel = 1, .max_failed = {}, .goal = 0.5}, "file"});
  for (int i = 0; i < 40; ++i) {
    search.trial({0.5}, {0.5 + 0.01 * i});
  }

  EXPECT_EQ(search.kinds(), "");
}

/// lr in a log scale, layers from 1 to 8, a flag of two values and a resource.
SearchSpace mixed_space() {
  return SearchSpace(
      {Parameter{
           .name = "lr",
           .domain = Real{.low = 0.001, .high = 0.1, .distribution = Distribution::log_uniform}},
       Parameter{.name = "layers", .domain = Integer{.low = 1, .high = 8}},
       Parameter{.name = "flag", .domain = Integer{.low = 0, .high = 1}},
       Parameter{
           .name = "width",
           .domain = Discrete{.values = {16, 32, 64, 128, 256, 512, 1024, 2048},
                              .texts = {"16", "32", "64", "128", "256", "512", "1024", "2048"}}}});
}

TEST(BoundOf, IsInTheScaleOfTheParameter) {
  const SearchSpace space = mixed_space();
  const SearchSpace line = unit_line();

  // A hundredth of ln(0.1 / 0.001) is 0.046: up to 0.00104.
  EXPECT_EQ(bound_of(space, 0, 0.00104), Bound::low);
  EXPECT_EQ(bound_of(space, 0, 0.0011), std::nullopt);
  EXPECT_EQ(bound_of(space, 0, 0.0999), Bound::high);
  EXPECT_EQ(bound_of(line, 0, 0.0099), Bound::low);
  EXPECT_EQ(bound_of(line, 0, 0.011), std::nullopt);
  EXPECT_EQ(bound_of(space, 1, 8), Bound::high);
  EXPECT_EQ(bound_of(space, 1, 7), std::nullopt);
  EXPECT_EQ(bound_of(space, 2, 1), std::nullopt) << "of two values one is always at the edge";
  EXPECT_EQ(bound_of(space, 3, 0), Bound::low);
  EXPECT_EQ(bound_of(space, 3, 3), std::nullopt);
  EXPECT_EQ(bound_of(space, 0, std::nan("")), std::nullopt) << "inactive";
}

/// Twenty trials with layers from 1 to 8, the first, ninth and seventeenth with 8.
template <class Loss>
Search twenty_trials(Loss loss, int trials = 20) {
  Search search(mixed_space(), Direction::minimize);
  for (int i = 0; i < trials; ++i) {
    const double layers = (i + 7) % 8 + 1;
    search.trial(
        {0.01 * (1 + i % 3), layers, static_cast<double>(i % 2), static_cast<double>(i % 5)},
        {loss(i, layers)});
  }
  return search;
}

TEST(Edges, AreBoundsAtWhichTheBestThreeOfTwentyLieAndTowardsWhichResultsGetBetter) {
  const auto loss = [](int i, double layers) { return 10 - layers + 0.1 * (i % 4); };

  EXPECT_EQ(twenty_trials(loss, 19).kinds(), "") << "nineteen are too few";
  Search search = twenty_trials(loss);
  ASSERT_EQ(search.kinds(), "edge ");
  EXPECT_NE(search.notices()[0].text.find("layers at its upper bound (#1: 8)"), std::string::npos)
      << search.notices()[0].text;

  search.trial({0.01, 7, 0, 2}, {0.4});
  EXPECT_EQ(search.kinds(), "");
}

TEST(Edges, AreNoneWhereTheBestLieAtABoundByChance) {
  const auto loss = [](int i, double layers) {
    return layers == 8 ? 0.1 : 1 + 0.01 * (7 * i % 20);
  };

  EXPECT_EQ(twenty_trials(loss).kinds(), "");
}

TEST(Slopes, TellWhatAResponseRisesWith) {
  std::vector<std::vector<double>> rows;
  std::vector<double> response;
  for (int i = 0; i < 40; ++i) {
    rows.push_back({i % 2 * 1.0, i % 5 * 1.0, 3.0});
    response.push_back(2.0 * (i % 2) - 0.1 * (i % 3));
  }

  const std::vector<double> t = slopes(rows, response);

  ASSERT_EQ(t.size(), 3U);
  EXPECT_GT(t[0], 50);
  EXPECT_LT(std::fabs(t[1]), 1);
  EXPECT_LT(std::fabs(t[2]), 1) << "a column that never changes";
  EXPECT_EQ(slopes({{1.0}}, std::vector<double>{1.0}), std::vector<double>{});
}

TEST(Stalls, AreTrialsSilentForFiveTimesTheLongestPauseBefore) {
  Search search(unit_line(), Direction::minimize);
  for (const double x : {0.1, 0.2, 0.3}) {
    const RunKey run = search.start({x});
    search.wait(20s);
    search.observe(run, x);
    search.wait(5s);
    search.end(run);
  }
  const RunKey run = search.start({0.4});
  search.wait(15s);
  search.observe(run, 0.4);

  search.wait(100s);
  EXPECT_EQ(search.stalled(), std::vector<SearchNotice>{});

  search.wait(1s);
  ASSERT_EQ(search.stalled().size(), 1U);
  EXPECT_EQ(search.stalled()[0].subject, 4U);
  EXPECT_NE(search.stalled()[0].text.find("trial #4 has given no observation for 1m41s"),
            std::string::npos)
      << search.stalled()[0].text;

  search.observe(run, 0.3);
  EXPECT_EQ(search.stalled(), std::vector<SearchNotice>{});
}

TEST(Stalls, AreNoneWithinAMinuteNorBeforeThreeTrialsEnded) {
  Search search(unit_line(), Direction::minimize);
  search.trial({0.1}, {1});
  search.trial({0.2}, {2});
  search.start({0.3});
  search.wait(1h);
  EXPECT_EQ(search.stalled(), std::vector<SearchNotice>{});

  search.trial({0.4}, {3});
  EXPECT_EQ(search.stalled().size(), 1U) << "an hour, where the others took no time";

  Search quick(unit_line(), Direction::minimize);
  for (const double x : {0.1, 0.2, 0.3}) {
    quick.trial({x}, {x});
  }
  quick.start({0.4});
  quick.wait(60s);
  EXPECT_EQ(quick.stalled(), std::vector<SearchNotice>{});
}

TEST(Stalls, DoNotCountTheTimeBetweenTwoOwners) {
  Search search(unit_line(), Direction::minimize);
  for (const double x : {0.1, 0.2, 0.3}) {
    search.trial({x}, {x});
  }
  search.start({0.4});
  search.wait(1h);

  search.record(OwnerChanged{});

  EXPECT_EQ(search.stalled(), std::vector<SearchNotice>{});
}

}  // namespace
}  // namespace diwan
