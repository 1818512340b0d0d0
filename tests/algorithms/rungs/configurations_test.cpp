// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/rungs/configurations.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace diwan {
namespace {

/// Suggests its own number.
class Numbered : public Suggester {
 public:
  explicit Numbered(double number) : number_(number) {}
  void tell(const Fact& /*fact*/) override {}
  Suggestions ask(std::size_t count) const override {
    return {.items = std::vector<Suggestion>(
                count, {.assignment = {{number_}}, .labels = {}, .parent = {}})};
  }

 private:
  double number_;
};

/// Three levels that are asked after two results; each suggests its number.
Configurations levels() {
  double number = 0;
  return {3, 2, [&number] { return std::make_unique<Numbered>(number++); }};
}

double asked(const Configurations& configurations, std::size_t lowest) {
  return configurations.next(1, lowest).at(0).values.at(0);
}

void end(Configurations& configurations, std::size_t level, std::uint32_t count) {
  for (std::uint32_t trial = 1; trial <= count; ++trial) {
    configurations.ended(trial, level, TrialOutcome::succeeded, {1});
  }
}

TEST(Configurations, AskTheHighestLevelThatHasSeenEnough) {
  Configurations configurations = levels();
  EXPECT_EQ(asked(configurations, 0), 0);

  end(configurations, 0, 5);
  end(configurations, 1, 2);
  end(configurations, 2, 1);

  EXPECT_EQ(asked(configurations, 0), 1);
}

TEST(Configurations, AskNoLevelThatIsNotToBeBelieved) {
  Configurations configurations = levels();
  end(configurations, 0, 5);

  EXPECT_EQ(asked(configurations, 1), 1);
  EXPECT_EQ(asked(configurations, 2), 2);
}

TEST(Configurations, AskTheOneSourceThereIsWhateverIsBelieved) {
  const Configurations configurations(1, 0, [] { return std::make_unique<Numbered>(7); });

  EXPECT_EQ(asked(configurations, 3), 7);
}

}  // namespace
}  // namespace diwan
