// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/registry.hpp"

namespace diwan {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// An early stopper and the trials that it is told of.
class MedianStopTest : public testing::Test {
 protected:
  void begin(Direction direction, const Settings& settings = {}) {
    sign_ = direction == Direction::minimize ? 1 : -1;
    stopper_ = make_early_stopper(
        "medianstop", {.space = SearchSpace(), .directions = {direction}, .settings = settings});
  }

  /// Reports a loss (with the sign of the direction) at the next step; the rule, if it stops.
  std::string report(std::uint32_t trial, std::int64_t step, double loss,
                     std::uint32_t attempt = 1) {
    const auto advice = stopper_->tell(Reported{
        .trial = trial, .objective = 0, .step = step, .value = sign_ * loss, .attempt = attempt});
    EXPECT_EQ(advice ? advice->trial : trial, trial);
    return advice ? advice->rule : "";
  }
  /// The steps, from 1, at which a trial with these losses should end.
  std::vector<std::int64_t> stops(std::uint32_t trial, const std::vector<double>& losses) {
    std::vector<std::int64_t> steps;
    for (std::size_t i = 0; i < losses.size(); ++i) {
      const auto step = static_cast<std::int64_t>(i + 1);
      if (!report(trial, step, losses[i]).empty()) {
        steps.push_back(step);
      }
    }
    return steps;
  }
  void finish(std::uint32_t trial, double objective,
              TrialOutcome outcome = TrialOutcome::succeeded) {
    stopper_->tell(Finished{trial, outcome, {sign_ * objective}});
  }
  /// A trial from its first report to its end, as far as its losses say.
  void complete(std::uint32_t trial, const std::vector<double>& losses, double objective,
                TrialOutcome outcome = TrialOutcome::succeeded) {
    stops(trial, losses);
    finish(trial, objective, outcome);
  }

  /// Running averages, by step:    1    2    3    4    5
  ///   1                           4   3.5   3   2.5  2.2
  ///   2                           5    5    5    5    5
  ///   3                           3    2        1.5  1.4
  ///   median                                    2.5  2.2
  void complete_three() {
    complete(1, {4, 3, 2, 1, 1}, 1);
    complete(2, {5, 5, 5, 5, 5}, 5);
    complete(3, {3, 1, 1, 1, 1}, 1);
  }

 private:
  double sign_ = 1;
  std::unique_ptr<EarlyStopper> stopper_;
};

using Steps = std::vector<std::int64_t>;

class MedianStopBothWays : public MedianStopTest, public testing::WithParamInterface<Direction> {};

TEST_P(MedianStopBothWays, StopsWhereTheBestSoFarIsWorseThanTheMedianOfTheAverages) {
  begin(GetParam());
  complete_three();

  // At 4 below the median; the mean of the averages, Katib's rule, would be 3.
  EXPECT_EQ(stops(4, {9, 9, 9, 2.6}), Steps{4});
  // Equal is not worse. At 5 the median has come down below the best.
  EXPECT_EQ(stops(5, {9, 2.5, 9, 9, 9}), Steps{5});
  // The best so far counts, not the last one.
  EXPECT_EQ(stops(6, {1, 9, 9, 9, 9, 9}), Steps{});
}

INSTANTIATE_TEST_SUITE_P(Directions, MedianStopBothWays,
                         testing::Values(Direction::minimize, Direction::maximize));

TEST_F(MedianStopTest, SaysWhyInTheObjectivesOwnSign) {
  begin(Direction::maximize);
  complete_three();
  stops(4, {9, 9, 9});

  EXPECT_EQ(report(4, 4, 2.6),
            "medianstop at step 4: its best -2.6 is worse than -2.5, the median of the running "
            "averages of 3 trials");
}

TEST_F(MedianStopTest, TakesTheMeanOfTheTwoInTheMiddle) {
  begin(Direction::minimize);
  complete_three();
  complete(4, {8, 8, 8, 8, 8}, 8);  // averages at 4: 1.5 2.5 5 8

  EXPECT_EQ(stops(5, {3.75, 9, 9, 9}), Steps{});
  EXPECT_EQ(stops(6, {3.76, 9, 9, 9}), Steps{4});
}

TEST_F(MedianStopTest, WaitsForEnoughTrialsAndReports) {
  begin(Direction::minimize, {{"min_trials_required", "2"}, {"start_step", "2"}});
  complete(1, {1, 1, 1}, 1);
  EXPECT_EQ(stops(2, {9, 9, 9}), Steps{});
  finish(2, 9);

  EXPECT_EQ(stops(3, {9, 9, 9}), (Steps{2, 3}));  // median 5
}

TEST_F(MedianStopTest, CountsReportsNotSteps) {
  begin(Direction::minimize);
  for (const std::uint32_t trial : {1U, 2U, 3U}) {
    report(trial, 100, 1);
    finish(trial, 1);
  }

  EXPECT_EQ(report(4, 100, 9), "");
  EXPECT_EQ(report(4, 200, 9), "");
  EXPECT_EQ(report(4, 300, 9), "");
  EXPECT_NE(report(4, 400, 9), "");
}

TEST_F(MedianStopTest, ComparesWithTrialsThatSucceededAlone) {
  begin(Direction::minimize);
  complete(1, {1, 1, 1, 1}, 1);
  complete(2, {1, 1, 1, 1}, 1);
  complete(3, {1, 1, 1, 1}, 1, TrialOutcome::early_stopped);
  complete(4, {1, 1, 1, 1}, 1, TrialOutcome::failed);
  complete(5, {1, 1, 1, 1}, 1, TrialOutcome::killed);
  complete(6, {}, 1);  // nothing to average

  EXPECT_EQ(stops(7, {9, 9, 9, 9}), Steps{});
  finish(7, 9);
  EXPECT_EQ(stops(8, {9, 9, 9, 9}), Steps{4});  // averages 1 1 9
}

TEST_F(MedianStopTest, TakesOfAShorterTrialAllAndOfALaterOneNothing) {
  begin(Direction::minimize);
  complete(1, {4, 2}, 2);
  complete(2, {1, 1}, 1);
  report(3, 7, 2);
  finish(3, 2);

  EXPECT_EQ(stops(4, {9, 9, 9, 9, 9, 9}), Steps{});  // two averages: 3 1
  EXPECT_NE(report(4, 7, 9), "");                    // and the third: 2
  EXPECT_EQ(report(5, 7, 2), "");
}

TEST_F(MedianStopTest, NeverStopsForNorBeginsFromWhatIsNotFinite) {
  begin(Direction::minimize);
  complete(1, {nan, 1, infinity, 1}, 1);
  complete(2, {nan, nan, nan, nan}, 1);
  complete(3, {2, -infinity, 2, 2}, 2);
  complete(4, {3, 3, nan, 3}, 3);

  // Averages 1 2 3; of the reports only the finite ones count.
  EXPECT_EQ(stops(5, {9, nan, 9, infinity, 9, nan, 9, nan}), Steps{7});
  EXPECT_EQ(stops(6, {nan, nan, nan, nan, nan}), Steps{});
}

TEST_F(MedianStopTest, NeverStopsTheBestWhereTheLatestValueIsTheObjective) {
  begin(Direction::minimize);
  for (const std::uint32_t trial : {1U, 2U, 3U}) {
    complete(trial, {1, 1, 1, 1, 1, 1, 20}, 20);  // lost in the end what it had
  }

  EXPECT_EQ(stops(4, {10, 10, 10, 10, 30}), Steps{5});
  EXPECT_EQ(stops(5, {30, 30, 30, 30}), Steps{4});
}

TEST_F(MedianStopTest, JudgesALaterAttemptByWhatIsLeftOfTheEarlierOne) {
  begin(Direction::minimize);
  complete_three();
  EXPECT_EQ(stops(4, {1, 1, 1}), Steps{});

  // From the beginning: nothing is left, and the reports are counted anew.
  EXPECT_EQ(report(4, 1, 9, 2), "");
  EXPECT_EQ(report(4, 2, 9, 2), "");
  EXPECT_EQ(report(4, 3, 9, 2), "");
  EXPECT_NE(report(4, 4, 9, 2), "");

  // From a checkpoint: the curve goes on.
  EXPECT_EQ(stops(5, {9, 9, 1}), Steps{});
  EXPECT_EQ(report(5, 3, 9, 2), "");
  EXPECT_NE(report(5, 4, 9, 2), "");
}

TEST_F(MedianStopTest, JudgesByTheFirstObjectiveAlone) {
  const auto stopper = make_early_stopper("medianstop", {.space = SearchSpace()});
  for (std::uint32_t trial = 1; trial <= 3; ++trial) {
    for (std::int64_t step = 1; step <= 4; ++step) {
      stopper->tell(Reported{.trial = trial, .objective = 0, .step = step, .value = 1});
    }
    stopper->tell(Finished{trial, TrialOutcome::succeeded, {1}});
  }

  for (std::int64_t step = 1; step <= 9; ++step) {
    EXPECT_FALSE(stopper->tell(Reported{.trial = 4, .objective = 1, .step = step, .value = 9}));
  }
}

}  // namespace
}  // namespace diwan
