// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/initial_trials.hpp"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/registry.hpp"

namespace diwan {
namespace {

Problem three_by_two() {
  return {.space = SearchSpace({{.name = "a", .domain = Categorical{{"x", "y", "z"}}},
                                {.name = "b", .domain = Categorical{{"p", "q"}}}}),
          .directions = {Direction::minimize},
          .seed = 7};
}

const std::vector<Assignment> initial = {{{2, 1}}, {{0, 0}}};

std::unique_ptr<Suggester> suggester(const std::string& algorithm) {
  return with_initial_trials(make_suggester(algorithm, three_by_two()), initial);
}

/// What asking one at a time gives, each answer told as issued and all but the first two ended.
std::vector<Suggestion> one_at_a_time(Suggester& suggester, std::size_t count) {
  std::vector<Suggestion> all;
  while (all.size() < count) {
    const Suggestions answer = suggester.ask(1);
    if (answer.items.empty()) {
      break;
    }
    all.push_back(answer.items.front());
    suggester.tell(Issued{static_cast<std::uint32_t>(all.size()), all.back().assignment, {}});
  }
  return all;
}

TEST(InitialTrials, ComeFirstAndInOrder) {
  const auto one = suggester("random");

  const Suggestions first = one->ask(1);
  one->tell(Issued{1, first.items[0].assignment, {}});
  const Suggestions second = one->ask(1);

  EXPECT_EQ(first.items[0].assignment, initial[0]);
  EXPECT_EQ(second.items[0].assignment, initial[1]);
}

TEST(InitialTrials, AreFollowedByTheAlgorithmsOwnInTheSameAnswer) {
  for (const char* algorithm : {"random", "grid", "sobol", "tpe"}) {
    const auto large = suggester(algorithm);
    const auto single = suggester(algorithm);

    const Suggestions answer = large->ask(5);

    EXPECT_EQ(answer.items.size(), 5U) << algorithm;
    EXPECT_FALSE(answer.exhausted) << algorithm;
    EXPECT_EQ(answer.items, one_at_a_time(*single, 5)) << algorithm;
  }
}

TEST(InitialTrials, AreNotRepeatedInAFiniteSpace) {
  for (const char* algorithm : {"random", "grid", "sobol", "tpe"}) {
    const auto one = suggester(algorithm);

    const Suggestions answer = one->ask(10);

    std::set<std::vector<double>> seen;
    for (const Suggestion& suggestion : answer.items) {
      seen.insert(suggestion.assignment.values);
    }
    EXPECT_EQ(answer.items.size(), 6U) << algorithm;
    EXPECT_EQ(seen.size(), 6U) << algorithm;
    EXPECT_TRUE(answer.exhausted) << algorithm;
  }
}

TEST(InitialTrials, DoNotChangeAnswersByWhenOneAsks) {
  const auto quiet = suggester("tpe");
  const auto curious = suggester("tpe");
  std::vector<Fact> facts;
  for (std::uint32_t trial = 1; trial <= 2; ++trial) {
    facts.emplace_back(Issued{trial, initial[trial - 1], {}});
    facts.emplace_back(Finished{trial, TrialOutcome::succeeded, {1.0 * trial}});
  }

  for (const Fact& fact : facts) {
    quiet->tell(fact);
    curious->ask(4);
    curious->tell(fact);
  }

  EXPECT_EQ(curious->ask(3), quiet->ask(3));
}

}  // namespace
}  // namespace diwan
