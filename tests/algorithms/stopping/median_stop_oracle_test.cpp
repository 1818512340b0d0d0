// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/stopping/median_stop.hpp"

namespace diwan {
namespace {

using Curve = std::vector<std::pair<std::int64_t, double>>;

/// The rule as it is written, from all curves at every report. Losses are small whole numbers, so
/// that sums are exact.
bool should_stop(const std::vector<Curve>& completed, const Curve& mine) {
  const std::int64_t step = mine.back().first;
  std::vector<double> averages;
  for (const Curve& curve : completed) {
    double sum = 0;
    double count = 0;
    for (const auto& [at, loss] : curve) {
      sum += at <= step ? loss : 0;
      count += at <= step ? 1 : 0;
    }
    if (count > 0) {
      averages.push_back(sum / count);
    }
  }
  if (mine.size() < 4 || averages.size() < 3) {
    return false;
  }
  std::sort(averages.begin(), averages.end());
  const std::size_t half = averages.size() / 2;
  const double median =
      averages.size() % 2 == 1 ? averages[half] : (averages[half - 1] + averages[half]) / 2;
  double best = mine.front().second;
  for (const auto& report : mine) {
    best = std::min(best, report.second);
  }
  return best > median;
}

TEST(MedianStop, IsTheRuleAsItIsWrittenWhateverTheStepsAndTheOrder) {
  std::mt19937 random(5);
  std::size_t advised = 0;
  for (int round = 0; round < 50; ++round) {
    MedianStop stopper({}, Direction::minimize);
    std::map<std::uint32_t, Curve> running;
    std::vector<Curve> completed;
    std::uint32_t issued = 0;
    for (int turn = 0; turn < 400; ++turn) {
      if (running.size() < 6) {
        running[++issued];
      }
      auto one = std::next(running.begin(), static_cast<int>(random() % running.size()));
      if (random() % 8 == 0) {
        double objective = 100;
        for (const auto& report : one->second) {
          objective = std::min(objective, report.second);
        }
        stopper.tell(Finished{one->first, TrialOutcome::succeeded, {objective}});
        completed.push_back(one->second);
        running.erase(one);
        continue;
      }
      // Steps of their own, some left out, and now and then one that comes late.
      const std::int64_t last = one->second.empty() ? 0 : one->second.back().first;
      const std::int64_t step = last + static_cast<std::int64_t>(random() % 4) - (last > 3 ? 1 : 0);
      const auto loss = static_cast<double>(random() % 16);
      one->second.emplace_back(step, loss);

      const bool stop =
          stopper.tell(Reported{.trial = one->first, .objective = 0, .step = step, .value = loss})
              .has_value();

      ASSERT_EQ(stop, should_stop(completed, one->second)) << round << " " << turn;
      advised += stop ? 1 : 0;
    }
  }
  EXPECT_GT(advised, 100U);
}

}  // namespace
}  // namespace diwan
