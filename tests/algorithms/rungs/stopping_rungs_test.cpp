// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/registry.hpp"

namespace diwan {
namespace {

std::unique_ptr<Suggester> make(const std::string& algorithm) {
  return make_suggester(algorithm, {.space = SearchSpace({{"x", Real{.low = 0, .high = 1}}}),
                                    .seed = 3,
                                    .settings = {{"r_l", "9"}}});
}

std::vector<std::uint32_t> stopped(const Suggester& suggester) {
  std::vector<std::uint32_t> numbers;
  for (const StopAdvice& stop : suggester.stops()) {
    numbers.push_back(stop.trial);
  }
  return numbers;
}

void issue(Suggester& suggester, std::uint32_t trial) {
  const Suggestions answer = suggester.ask(1);
  ASSERT_EQ(answer.items.size(), 1U);
  suggester.tell(Issued{
      .trial = trial, .assignment = answer.items[0].assignment, .labels = answer.items[0].labels});
}

TEST(StoppingRungs, LetTheFirstGoOnAndStopWhoIsNotInTheTopThird) {
  const auto asha = make("asha");
  for (std::uint32_t trial = 1; trial <= 7; ++trial) {
    issue(*asha, trial);
  }

  // The first three are scouts.
  asha->tell(Reported{.trial = 4, .step = 1, .value = 0.5});
  EXPECT_EQ(stopped(*asha), std::vector<std::uint32_t>{});
  asha->tell(Reported{.trial = 5, .step = 1, .value = 0.6});
  EXPECT_EQ(stopped(*asha), std::vector<std::uint32_t>{5});
  asha->tell(Reported{.trial = 6, .step = 1, .value = 0.4});
  asha->tell(Reported{.trial = 7, .step = 1, .value = 0.5});

  EXPECT_EQ(stopped(*asha), (std::vector<std::uint32_t>{5, 7}));
  EXPECT_EQ(asha->stops()[0].rule, "at step 1 not among the best 1 of 2");
}

TEST(StoppingRungs, NeverStopTheFirstThreeWhichAreScouts) {
  const auto asha = make("asha");
  for (std::uint32_t trial = 1; trial <= 4; ++trial) {
    issue(*asha, trial);
  }

  for (std::uint32_t trial = 1; trial <= 4; ++trial) {
    asha->tell(Reported{.trial = trial, .step = 1, .value = 0.1 * trial});
  }

  EXPECT_EQ(stopped(*asha), std::vector<std::uint32_t>{4});
}

TEST(StoppingRungs, StopNobodyByALevelThatMisleads) {
  const auto asha = make("asha");
  for (std::uint32_t trial = 1; trial <= 5; ++trial) {
    issue(*asha, trial);
  }
  for (std::uint32_t trial = 1; trial <= 3; ++trial) {
    const double value = 0.1 * trial;
    asha->tell(Reported{.trial = trial, .step = 1, .value = value});
    asha->tell(Reported{.trial = trial, .step = 3, .value = value});
    asha->tell(Reported{.trial = trial, .step = 9, .value = -value});
  }

  asha->tell(Reported{.trial = 4, .step = 1, .value = 0.8});
  asha->tell(Reported{.trial = 5, .step = 3, .value = 0.9});

  EXPECT_TRUE(asha->stops().empty());
}

TEST(StoppingRungs, ForgetTheirAdviceOnceTheTrialHasEnded) {
  const auto asha = make("asha");
  for (std::uint32_t trial = 1; trial <= 4; ++trial) {
    issue(*asha, trial);
  }
  asha->tell(Reported{.trial = 1, .step = 1, .value = 0.5});
  asha->tell(Reported{.trial = 4, .step = 1, .value = 0.6});
  ASSERT_EQ(stopped(*asha), std::vector<std::uint32_t>{4});

  asha->tell(Finished{.trial = 4, .outcome = TrialOutcome::early_stopped, .objectives = {0.6}});

  EXPECT_TRUE(asha->stops().empty());
}

TEST(StoppingRungs, NeverStopATrialThatHasItsWholeResource) {
  const auto asha = make("asha");
  for (std::uint32_t trial = 1; trial <= 4; ++trial) {
    issue(*asha, trial);
  }
  for (const int step : {1, 3, 9}) {
    asha->tell(Reported{.trial = 1, .step = step, .value = 0.1});
  }

  asha->tell(Reported{.trial = 4, .step = 9, .value = 0.05});
  asha->tell(Reported{.trial = 4, .step = 10, .value = 5});

  EXPECT_TRUE(asha->stops().empty());
}

TEST(StoppingRungs, JudgeByTheFirstReportAtOrAfterTheStepOfALevel) {
  const auto asha = make("asha");
  for (std::uint32_t trial = 1; trial <= 4; ++trial) {
    issue(*asha, trial);
  }
  asha->tell(Reported{.trial = 1, .step = 2, .value = 0.5});

  asha->tell(Reported{.trial = 4, .step = 5, .value = 0.9});

  // It has passed two levels at once, and loses at the first.
  ASSERT_EQ(asha->stops().size(), 1U);
  EXPECT_EQ(asha->stops()[0].rule, "at step 1 not among the best 1 of 2");
}

TEST(StoppingRungs, OfHyperbandJudgeEachBracketFromItsOwnLevelOn) {
  const auto hyperband = make("hyperband");
  std::vector<std::string> brackets;
  for (std::uint32_t trial = 1; trial <= 18; ++trial) {
    const Suggestion next = hyperband->ask(1).items.at(0);
    brackets.push_back(next.labels.at("bracket"));
    hyperband->tell(Issued{.trial = trial, .assignment = next.assignment, .labels = next.labels});
  }

  // R = 9: brackets of 9, 5 and 3 trials, then again from the first; three scouts in the first.
  const std::vector<std::string> expected = {"2", "2", "2", "0", "0", "0", "0", "0", "0",
                                             "1", "1", "1", "1", "1", "2", "2", "2", "0"};
  EXPECT_EQ(brackets, expected);
  hyperband->tell(Reported{.trial = 4, .step = 1, .value = 0.1});
  hyperband->tell(Reported{.trial = 10, .step = 1, .value = 0.9});
  EXPECT_TRUE(hyperband->stops().empty());
  hyperband->tell(Reported{.trial = 4, .step = 3, .value = 0.1});
  hyperband->tell(Reported{.trial = 10, .step = 3, .value = 0.9});
  EXPECT_EQ(stopped(*hyperband), std::vector<std::uint32_t>{10});
}

}  // namespace
}  // namespace diwan
