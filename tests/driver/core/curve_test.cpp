// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/core/curve.hpp"

#include <cmath>
#include <limits>
#include <map>

#include <gtest/gtest.h>

#include "tests/driver/core/play.hpp"
#include "tests/for_each_seed.hpp"

namespace diwan {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// A curve with its summary, fed attempt by attempt.
struct Fed {
  Curve curve;
  MetricSummary summary;

  void attempt() { curve.restart(summary); }
  void own(const std::vector<std::int64_t>& steps, const std::vector<double>& values) {
    curve.take(observed_at({1, 1}, curve.seen(Source::standard_output), steps, values), summary);
  }
  void counted(const std::vector<double>& values) {
    Observed batch = observed({1, 1}, curve.seen(Source::standard_output), values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      batch.steps.push_back(curve.count() + static_cast<std::int64_t>(i) + 1);
    }
    curve.take(batch, summary);
  }
};

TEST(Curve, NanIsNeverMinOrMaxWhileANumberIsThere) {
  Fed fed;

  fed.counted({nan, 0.5, nan, 0.7, nan});

  EXPECT_EQ(fed.summary.min, 0.5);
  EXPECT_EQ(fed.summary.max, 0.7);
  EXPECT_TRUE(std::isnan(fed.summary.latest));
}

TEST(Curve, OfNothingButNanIsNan) {
  Fed fed;

  fed.own({1, 2}, {nan, nan});

  EXPECT_TRUE(std::isnan(fed.summary.min));
  EXPECT_TRUE(std::isnan(fed.summary.max));
  EXPECT_EQ(fed.summary.count, 2U);
}

TEST(Curve, InfinitiesAreNeverMinOrMax) {
  Fed counted;
  Fed own;

  counted.counted({-infinity, 0.5, 0.7, infinity, -infinity});
  own.own({1, 2, 3, 4, 5}, {infinity, 0.5, -infinity, 0.7, infinity});

  for (const MetricSummary& summary : {counted.summary, own.summary}) {
    EXPECT_EQ(summary.min, 0.5);
    EXPECT_EQ(summary.max, 0.7);
    EXPECT_TRUE(std::isinf(summary.latest));
    EXPECT_EQ(summary.count, 5U);
  }
}

TEST(Curve, ATextSetsOnlyTheLatest) {
  Fed fed;
  fed.counted({0.5});
  Observed text = observed({1, 1}, 1, {nan});
  text.steps = {2};
  text.texts[0] = "oops";

  fed.curve.take(text, fed.summary);
  EXPECT_EQ(fed.summary.latest_text, "oops");
  EXPECT_EQ(fed.summary.min, 0.5);
  fed.counted({0.4});

  EXPECT_EQ(fed.summary.latest_text, "");
  EXPECT_EQ(fed.summary.latest, 0.4);
}

TEST(Curve, WithoutStepsOnlyTheLastAttemptCounts) {
  Fed fed;
  fed.counted({0.1, 0.9});

  fed.attempt();
  EXPECT_EQ(fed.summary.count, 0U);
  fed.counted({0.5});

  EXPECT_EQ(fed.summary.min, 0.5);
  EXPECT_EQ(fed.summary.max, 0.5);
  EXPECT_EQ(fed.summary.count, 1U);
}

TEST(Curve, WithStepsALaterAttemptReplacesFromItsFirstStepOn) {
  Fed fed;
  fed.own({1, 2, 3, 4}, {0.9, 0.8, 0.1, 5.0});

  fed.attempt();
  EXPECT_EQ(fed.summary.min, 0.1) << "until it says something, what was seen stands";
  fed.own({3}, {0.7});

  EXPECT_EQ(fed.summary.min, 0.7) << "0.1 of step 3 is replaced";
  EXPECT_EQ(fed.summary.max, 0.9) << "5.0 of step 4 is replaced, 0.9 of step 1 stands";
  EXPECT_EQ(fed.summary.latest, 0.7);
  EXPECT_EQ(fed.summary.latest_step, 3);
}

TEST(Curve, ALaterAttemptFromTheFirstStepReplacesEverything) {
  Fed fed;
  fed.own({1, 2}, {0.1, 9.0});

  fed.attempt();
  fed.own({0}, {0.5});

  EXPECT_EQ(fed.summary.min, 0.5);
  EXPECT_EQ(fed.summary.max, 0.5);
}

TEST(Curve, AnAttemptWithoutObservationsChangesNothing) {
  Fed fed;
  fed.own({1, 2}, {0.4, 0.3});

  fed.attempt();
  fed.attempt();
  fed.own({2}, {0.35});

  EXPECT_EQ(fed.summary.min, 0.35);
  EXPECT_EQ(fed.summary.max, 0.4);
}

TEST(Curve, AnAttemptThatLosesItsStepsStartsAnew) {
  Fed fed;
  fed.own({1, 2}, {0.1, 0.9});

  fed.attempt();
  fed.counted({0.5});

  EXPECT_EQ(fed.summary.min, 0.5);
  EXPECT_EQ(fed.summary.count, 1U);
}

TEST(Curve, AcceptsTheOutermostSteps) {
  Fed fed;

  fed.own({std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()},
          {0.1, 0.2});
  fed.attempt();
  fed.own({std::numeric_limits<std::int64_t>::max()}, {0.3});

  EXPECT_EQ(fed.summary.min, 0.2);
  EXPECT_EQ(fed.summary.max, 0.3);
}

TEST(Curve, JoinsAttemptsLikeAPlainTableWhateverTheOrderOfSteps) {
  for_each_seed(300, [](Dice& dice) {
    Fed fed;
    std::multimap<std::int64_t, double> table;

    for (std::uint64_t attempt = 0, attempts = 1 + dice.below(4); attempt < attempts; ++attempt) {
      fed.attempt();
      std::vector<std::int64_t> steps;
      std::vector<double> values;
      for (std::uint64_t i = 0, count = 1 + dice.below(12); i < count; ++i) {
        steps.push_back(static_cast<std::int64_t>(dice.below(15)));
        const std::uint64_t kind = dice.below(10);
        values.push_back(kind == 0   ? nan
                         : kind == 1 ? (dice.below(2) == 0 ? infinity : -infinity)
                                     : static_cast<double>(dice.below(20)));
      }
      fed.own(steps, values);
      table.erase(table.lower_bound(steps.front()), table.end());
      for (std::size_t i = 0; i < steps.size(); ++i) {
        if (std::isfinite(values[i])) {
          table.emplace(steps[i], values[i]);
        }
      }
    }

    const auto less = [](const auto& a, const auto& b) { return a.second < b.second; };
    if (table.empty()) {
      EXPECT_TRUE(std::isnan(fed.summary.min));
    } else {
      EXPECT_EQ(fed.summary.min, std::min_element(table.begin(), table.end(), less)->second);
      EXPECT_EQ(fed.summary.max, std::max_element(table.begin(), table.end(), less)->second);
    }
  });
}

}  // namespace
}  // namespace diwan
