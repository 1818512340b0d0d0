// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "suggester_cases.hpp"

namespace diwan {
namespace {

class SuggesterContract : public testing::TestWithParam<SuggesterCase> {
 protected:
  Problem problem() const { return problem_of(GetParam()); }
  std::unique_ptr<Suggester> suggester(std::uint64_t seed = 42) const {
    return make(GetParam(), seed);
  }
  /// One that has seen a history, which ends in the middle of things.
  std::unique_ptr<Suggester> experienced() const {
    auto result = suggester();
    play(*result, problem(), 40);
    return result;
  }
};

class FiniteSuggesterContract : public SuggesterContract {};
class InfiniteSuggesterContract : public SuggesterContract {};
class SeededSuggesterContract : public SuggesterContract {};

/// Values that a set can order: -1000 where inactive.
std::vector<double> comparable(const Assignment& assignment) {
  std::vector<double> values = assignment.values;
  std::replace_if(
      values.begin(), values.end(), [](double value) { return value != value; }, -1000.0);
  return values;
}

Issued issued(std::uint32_t trial, const Suggestion& suggestion) {
  return {.trial = trial,
          .assignment = suggestion.assignment,
          .labels = suggestion.labels,
          .parent = suggestion.parent};
}

TEST_P(SuggesterContract, StaysWithinTheSpace) {
  const auto one = suggester();

  for (const Fact& fact : play(*one, problem(), 60)) {
    if (const auto* const trial = std::get_if<Issued>(&fact)) {
      EXPECT_TRUE(problem().space.contains(trial->assignment));
      EXPECT_TRUE(problem().conditions.complete(trial->assignment));
      EXPECT_TRUE(problem().conditions.allows(trial->assignment));
    }
  }
}

TEST_P(SuggesterContract, GivesTheSameAnswerWhenAskedTwice) {
  const auto one = experienced();

  const Suggestions first = one->ask(5);

  EXPECT_EQ(one->ask(5), first);
}

TEST_P(SuggesterContract, IsNotMovedByExtraAsks) {
  const auto quiet = suggester();
  const std::vector<Fact> facts = play(*quiet, problem(), 40);
  const auto curious = suggester();

  for (const Fact& fact : facts) {
    curious->ask(1);
    curious->tell(fact);
    curious->ask(4);
  }

  EXPECT_EQ(curious->ask(6), quiet->ask(6));
}

TEST_P(SuggesterContract, AnswersALargeAskAsSingleAsksToldAsIssued) {
  for (const std::size_t history : {0U, 5U, 20U, 45U}) {
    const auto one = suggester();
    play(*one, problem(), history);
    const Suggestions many = one->ask(8);

    for (std::uint32_t i = 0; i < many.items.size(); ++i) {
      const Suggestions single = one->ask(1);
      ASSERT_EQ(single.items.size(), 1U);
      EXPECT_EQ(single.items[0], many.items[i]) << "item " << i << " after " << history;
      one->tell(issued(1000 + i, many.items[i]));
    }

    EXPECT_EQ(one->ask(1).exhausted, many.exhausted);
  }
}

TEST_P(SuggesterContract, GivesAPrefixOfALargerAsk) {
  const auto one = experienced();
  const Suggestions many = one->ask(9);

  for (std::size_t n = 0; n <= many.items.size(); ++n) {
    const std::vector<Suggestion> few = one->ask(n).items;

    EXPECT_TRUE(std::equal(few.begin(), few.end(), many.items.begin())) << n;
    EXPECT_EQ(few.size(), n);
  }
}

TEST_P(SuggesterContract, IsRebuiltByTellingItsFactsAgain) {
  const auto live = suggester();
  const std::vector<Fact> facts = play(*live, problem(), 50);
  const auto rebuilt = suggester();

  for (const Fact& fact : facts) {
    rebuilt->tell(fact);
  }

  EXPECT_EQ(rebuilt->ask(4), live->ask(4));
}

TEST_P(SuggesterContract, SuggestsTheSameInAnotherProcess) {
  const auto here = suggester();
  const std::string expected = transcript(play(*here, problem(), 40));
  const std::string command = std::string(SUGGESTER_REPLAY) + " " + GetParam().algorithm + " " +
                              GetParam().space + " " + std::to_string(GetParam().objectives) +
                              " 40";

  FILE* const pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string there;
  std::array<char, 4096> buffer{};
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    there.append(buffer.data(), n);
  }

  EXPECT_EQ(pclose(pipe), 0);
  EXPECT_EQ(there, expected);
}

TEST_P(SeededSuggesterContract, DependsOnTheSeed) {
  EXPECT_NE(suggester(1)->ask(6), suggester(2)->ask(6));
}

TEST_P(SuggesterContract, TakesResultsInAnyOrder) {
  const auto one = suggester();
  const Suggestions batch = one->ask(12);
  for (std::uint32_t i = 0; i < batch.items.size(); ++i) {
    one->tell(issued(i + 1, batch.items[i]));
  }

  for (std::size_t i = batch.items.size(); i-- > 0;) {
    one->tell(result_of(problem(), static_cast<std::uint32_t>(i + 1), batch.items[i].assignment));
  }

  const Suggestions next = one->ask(3);
  EXPECT_TRUE(next.items.size() == 3 || next.exhausted);
}

TEST_P(SuggesterContract, SurvivesAnExperimentInWhichEverythingFails) {
  const auto one = suggester();
  const double nan = std::numeric_limits<double>::quiet_NaN();

  for (std::uint32_t trial = 1; trial <= 40; ++trial) {
    const Suggestions answer = one->ask(1);
    if (answer.exhausted) {
      break;
    }
    ASSERT_EQ(answer.items.size(), 1U);
    ASSERT_TRUE(problem().space.contains(answer.items[0].assignment));
    one->tell(issued(trial, answer.items[0]));
    const auto outcome = trial % 2 == 0 ? TrialOutcome::failed : TrialOutcome::succeeded;
    one->tell(Finished{.trial = trial,
                       .outcome = outcome,
                       .objectives = std::vector<double>(GetParam().objectives, nan)});
  }
}

TEST_P(SuggesterContract, IgnoresWhatItNeverIssuedAndAcceptsKnownResults) {
  const auto one = suggester();
  const Suggestions first = one->ask(1);
  ASSERT_EQ(first.items.size(), 1U);
  const std::vector<double> ones(GetParam().objectives, 1.0);
  one->tell(Finished{.trial = 99, .outcome = TrialOutcome::succeeded, .objectives = ones});
  one->tell(Reported{.trial = 99, .step = 1, .value = 0.5});
  one->tell(BudgetChanged{.max_trials = 1000, .parallel = 4});

  one->tell(Known{.assignment = first.items[0].assignment,
                  .outcome = TrialOutcome::succeeded,
                  .objectives = ones});

  const Suggestions next = one->ask(1);
  EXPECT_TRUE(next.items.size() == 1 || next.exhausted);
}

/// Different canonical assignments that the constraints allow, counted one by one.
std::size_t allowed_assignments(const Problem& problem) {
  std::set<std::vector<double>> points;
  for (std::uint64_t i = 0; i < *problem.space.cardinality(); ++i) {
    Assignment assignment;
    std::uint64_t rest = i;
    for (std::size_t d = 0; d < problem.space.size(); ++d) {
      assignment.values.push_back(problem.space.value_at(d, rest % *problem.space.cardinality(d)));
      rest /= *problem.space.cardinality(d);
    }
    assignment = problem.conditions.canonical(assignment);
    if (problem.conditions.allows(assignment)) {
      points.insert(comparable(assignment));
    }
  }
  return points.size();
}

TEST_P(FiniteSuggesterContract, FinishesAFiniteSpaceWithoutRepeatingAPointAndSaysSo) {
  const std::size_t total = allowed_assignments(problem());
  const auto one = suggester();

  const std::vector<Fact> facts = play(*one, problem(), total + 10);

  std::set<std::vector<double>> points;
  std::size_t trials = 0;
  for (const Fact& fact : facts) {
    if (const auto* const trial = std::get_if<Issued>(&fact)) {
      points.insert(comparable(trial->assignment));
      ++trials;
    }
  }
  EXPECT_EQ(points.size(), total);
  EXPECT_EQ(trials, total);
  EXPECT_TRUE(one->ask(1).exhausted);
  EXPECT_TRUE(one->ask(1).items.empty());
}

TEST_P(SuggesterContract, TakesKnownResultsOfAnotherSpace) {
  const auto one = suggester();
  const std::size_t size = problem().space.size();
  for (const double value : {-1e300, 0.5, 1e9, std::numeric_limits<double>::quiet_NaN()}) {
    for (const std::size_t length : {size, size - 1, size + 1}) {
      one->tell(Known{.assignment = {std::vector<double>(length, value)},
                      .outcome = TrialOutcome::succeeded,
                      .objectives = std::vector<double>(GetParam().objectives, value)});
    }
  }

  for (const Fact& fact : play(*one, problem(), 25)) {
    if (const auto* const trial = std::get_if<Issued>(&fact)) {
      EXPECT_TRUE(problem().conditions.complete(trial->assignment));
    }
  }
}

TEST_P(FiniteSuggesterContract, FinishesAFiniteSpaceInOneAsk) {
  const std::size_t total = allowed_assignments(problem());

  const Suggestions all = suggester()->ask(total + 1);

  EXPECT_EQ(all.items.size(), total);
  EXPECT_TRUE(all.exhausted);
  EXPECT_FALSE(suggester()->ask(total).exhausted);
}

TEST_P(InfiniteSuggesterContract, FillsABatchWithDifferentPoints) {
  const auto one = experienced();

  std::set<std::vector<double>> points;
  for (const Suggestion& suggestion : one->ask(16).items) {
    points.insert(comparable(suggestion.assignment));
  }

  EXPECT_EQ(points.size(), 16U);
}

std::string name_of(const testing::TestParamInfo<SuggesterCase>& instance) {
  std::string name = instance.param.algorithm + "_" + instance.param.space +
                     (instance.param.objectives > 1 ? "_several" : "");
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

template <class Predicate>
auto cases_where(const Predicate& predicate) {
  std::vector<SuggesterCase> chosen;
  for (const SuggesterCase& one : suggester_cases()) {
    if (predicate(one)) {
      chosen.push_back(one);
    }
  }
  return testing::ValuesIn(chosen);
}

bool is_finite(const SuggesterCase& one) { return problem_of(one).space.cardinality().has_value(); }

/// A population trains on, whatever it has tried.
bool is_finished(const SuggesterCase& one) { return is_finite(one) && one.algorithm != "pbt"; }

INSTANTIATE_TEST_SUITE_P(EveryAlgorithm, SuggesterContract, testing::ValuesIn(suggester_cases()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(EveryAlgorithm, FiniteSuggesterContract, cases_where(is_finished),
                         name_of);
INSTANTIATE_TEST_SUITE_P(EveryAlgorithm, InfiniteSuggesterContract,
                         cases_where([](const auto& one) { return !is_finite(one); }), name_of);
// A grid in order, and a single point, have no seed to depend on.
INSTANTIATE_TEST_SUITE_P(EveryAlgorithm, SeededSuggesterContract, cases_where([](const auto& one) {
                           return one.algorithm != "grid" && one.space != "single";
                         }),
                         name_of);

}  // namespace
}  // namespace diwan
