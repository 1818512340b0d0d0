// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/rungs/agreement.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace diwan {
namespace {

/// Levels 1, 3, 9 and 27; level 3 is the top.
const Ladder ladder({.least = 1, .most = 27, .eta = 3});
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/// Configurations that have been at all levels, one after the other.
class Climbs {
 public:
  const Agreement& agreement() const { return agreement_; }
  void scout(const std::vector<double>& values) {
    agreement_.scout(next_);
    other(values);
  }
  void other(const std::vector<double>& values) {
    for (std::size_t level = 0; level < values.size(); ++level) {
      if (values[level] == values[level]) {
        agreement_.add(next_, level, values[level]);
      }
    }
    ++next_;
  }

 private:
  Agreement agreement_{ladder};
  std::uint32_t next_ = 1;
};

TEST(Agreement, TrustsEveryLevelUntilTwoHaveBeenAtTheTop) {
  Climbs climbs;

  climbs.scout({1, 1, 1, 1});
  climbs.scout({0, 0, 0});

  EXPECT_EQ(climbs.agreement().lowest_trusted(), 0U);
}

TEST(Agreement, TrustsLevelsWhereThreeScoutsStandAsAtTheTop) {
  Climbs climbs;

  for (const double x : {2, 0, 1}) {
    climbs.scout({x, 10 * x, x * x, x - 5});
  }

  EXPECT_EQ(climbs.agreement().lowest_trusted(), 0U);
}

TEST(Agreement, TrustsTheTopAloneWhenTheLevelBelowItTurnsTheOrderRound) {
  Climbs climbs;

  for (const double x : {0, 1, 2}) {
    climbs.scout({x, x, x, -x});
  }

  EXPECT_EQ(climbs.agreement().lowest_trusted(), 3U);
}

TEST(Agreement, TrustsNoLevelBelowOneThatMisleads) {
  Climbs climbs;

  for (const double x : {0, 1, 2}) {
    climbs.scout({x, -x, x, x});
  }

  EXPECT_EQ(climbs.agreement().lowest_trusted(), 2U);
}

TEST(Agreement, ChangesItsMindAsScoutsTellItOtherwise) {
  Climbs climbs;
  climbs.scout({0, 0, 0, 2});
  climbs.scout({1, 1, 1, 1});
  EXPECT_EQ(climbs.agreement().lowest_trusted(), 3U);

  for (const double x : {3, 4, 5, 6, 7, 8}) {
    climbs.scout({x, x, x, x});
  }

  EXPECT_EQ(climbs.agreement().lowest_trusted(), 0U);
}

TEST(Agreement, AsksLessOfALevelWhoseTrainingsAreCheaper) {
  // Five scouts, three of whose ten pairs stand the wrong way round. Ten pairs of five count as
  // six; with the one believed from above 5.2 of 7 agree, a correlation of sin(pi (5.2 / 7 - 0.5))
  // = 0.69. Level 2, with six starters for four full trainings, has to show e(4) / e(6) = 0.82,
  // level 0 with 27 only e(4) / e(27) = 0.5.
  const std::vector<double> swapped = {2, 0, 1, 4, 3};
  Climbs near_the_top;
  Climbs at_the_bottom;

  for (std::size_t i = 0; i < 5; ++i) {
    const auto x = static_cast<double>(i);
    near_the_top.scout({x, x, swapped[i], x});
    at_the_bottom.scout({swapped[i], x, x, x});
  }

  EXPECT_EQ(at_the_bottom.agreement().lowest_trusted(), 0U);
  EXPECT_EQ(near_the_top.agreement().lowest_trusted(), 3U);
}

TEST(Agreement, LearnsNothingFromTies) {
  Climbs climbs;

  for (const double x : {0, 1, 2, 3, 4}) {
    climbs.scout({1, 1, 1, x});
  }

  EXPECT_EQ(climbs.agreement().lowest_trusted(), 0U);
}

TEST(Agreement, ComparesTheChosenWithScoutsButNotWithEachOther) {
  Climbs good;
  Climbs bad;
  for (const double x : {10, 11, 12}) {
    good.scout({x, x, x, x});
    bad.scout({x, x, x, x});
  }

  // The best below, in reverse order at the top: there before all scouts, or behind them.
  for (const double x : {1, 2, 3, 4, 5, 6}) {
    good.other({x, x, x, -x});
    bad.other({x, x, x, 20 - x});
  }

  EXPECT_EQ(good.agreement().lowest_trusted(), 0U);
  EXPECT_EQ(bad.agreement().lowest_trusted(), 3U);
}

TEST(Agreement, CountsAFailureAtTheTopAsTheWorst) {
  Climbs climbs;
  const double failed = std::numeric_limits<double>::infinity();

  climbs.scout({0, 0, 0, failed});
  climbs.scout({1, 1, 1, 1});

  EXPECT_EQ(climbs.agreement().lowest_trusted(), 3U);
}

TEST(Agreement, SaysNothingOfLevelsWhereNobodyHasBeen) {
  Climbs climbs;

  climbs.scout({0, 0, 0, 0});
  for (const double x : {1, 2, 3, 4}) {
    climbs.other({nothing, nothing, x, x});
  }

  EXPECT_EQ(climbs.agreement().lowest_trusted(), 0U);
}

TEST(Agreement, WantsThreeScoutsAndThenOneForEveryThreeOthersAtTheTop) {
  Climbs climbs;
  EXPECT_TRUE(climbs.agreement().wants_scout(2));
  EXPECT_FALSE(climbs.agreement().wants_scout(3));
  for (const double x : {10, 11, 12}) {
    climbs.scout({x, x, x, x});
  }

  for (const double x : {1, 2, 3, 4, 5, 6, 7, 8, 9}) {
    climbs.other({x, x, x, x});
    EXPECT_FALSE(climbs.agreement().wants_scout(0)) << x;
  }
  climbs.other({0, 0, 0, 0});

  EXPECT_TRUE(climbs.agreement().wants_scout(0));
  EXPECT_FALSE(climbs.agreement().wants_scout(1));
}

TEST(Agreement, WantsTwelveScoutsWhereNothingIsTrusted) {
  Climbs climbs;
  for (const double x : {0, 1, 2}) {
    climbs.scout({x, x, x, -x});
  }

  EXPECT_TRUE(climbs.agreement().wants_scout(8));
  EXPECT_FALSE(climbs.agreement().wants_scout(9));
}

TEST(Agreement, WantsNoScoutsWhereThereIsOneLevelOnly) {
  const Agreement agreement(Ladder({.least = 2, .most = 2, .eta = 3}));

  EXPECT_FALSE(agreement.wants_scout(0));
  EXPECT_EQ(agreement.lowest_trusted(), 0U);
}

}  // namespace
}  // namespace diwan
