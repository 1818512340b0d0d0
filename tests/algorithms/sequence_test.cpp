// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/sequence.hpp"

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/registry.hpp"
#include "algorithms/seen.hpp"
#include "algorithms/sequence_suggester.hpp"

namespace diwan {
namespace {

using Values = std::vector<double>;

SearchSpace two_by_three() {
  return SearchSpace(
      {{"a", Real{.low = 0.1, .high = 0.2, .step = 0.1}}, {"b", Categorical{{"x", "y", "z"}}}});
}

std::vector<Values> first(const char* algorithm, const Problem& problem, std::size_t n) {
  std::vector<Values> points;
  for (const Suggestion& one : make_suggester(algorithm, problem)->ask(n).items) {
    points.push_back(one.assignment.values);
  }
  return points;
}

TEST(Permuted, VisitsEveryNumberOnceForAnySizeAndSeed) {
  for (const std::uint64_t n : {1U, 2U, 3U, 5U, 16U, 17U, 1000U}) {
    for (const std::uint64_t seed : {0U, 1U, 99U}) {
      std::set<std::uint64_t> images;
      for (std::uint64_t i = 0; i < n; ++i) {
        const std::uint64_t image = permuted(i, n, seed);
        EXPECT_LT(image, n);
        images.insert(image);
      }
      EXPECT_EQ(images.size(), n);
    }
  }
}

TEST(Permuted, PutsEveryNumberFirstAboutEquallyOften) {
  std::vector<int> firsts(10);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    ++firsts.at(permuted(0, 10, seed));
  }

  for (const int count : firsts) {
    EXPECT_NEAR(count, 200, 5 * 13.4);  // five standard deviations
  }
}

TEST(Permuted, WorksOnTheLargestSpace) {
  constexpr std::uint64_t n = std::uint64_t{1} << 63;

  EXPECT_LT(permuted(n - 1, n, 1), n);
  EXPECT_NE(permuted(0, n, 1), permuted(1, n, 1));
}

TEST(Grid, CountsUpWithTheLastParameterFastest) {
  EXPECT_EQ(first("grid", {.space = two_by_three()}, 6),
            (std::vector<Values>{{0.1, 0}, {0.1, 1}, {0.1, 2}, {0.2, 0}, {0.2, 1}, {0.2, 2}}));
}

TEST(Grid, LargerThanTheBudgetIsVisitedInAnOrderOfTheSeed) {
  const SearchSpace space(
      {{"a", Integer{.low = 0, .high = 999}}, {"b", Integer{.low = 0, .high = 999}}});
  const auto points = first("grid", {.space = space, .seed = 1, .max_trials = 50}, 50);

  double sum = 0;
  for (const Values& point : points) {
    sum += point[0];
  }
  EXPECT_NEAR(sum / 50, 499.5, 5 * 289 / 7.07);
  EXPECT_NE(points, first("grid", {.space = space, .seed = 2, .max_trials = 50}, 50));
}

TEST(Grid, WithinTheBudgetIsVisitedInOrderUnlessASeedIsGiven) {
  const Problem in_order{.space = two_by_three(), .max_trials = 6};
  Problem shuffled = in_order;
  shuffled.settings = {{"random_state", "1"}};
  shuffled.seed = 1;

  EXPECT_EQ(first("grid", in_order, 1)[0], (Values{0.1, 0}));
  EXPECT_NE(first("grid", shuffled, 6), first("grid", in_order, 6));
}

TEST(Grid, SkipsPointsThatWereSetBeforehand) {
  const auto grid = make_suggester("grid", {.space = two_by_three()});
  grid->tell(Issued{.trial = 1, .assignment = {{0.1, 1}}, .labels = {}});

  const Suggestions rest = grid->ask(10);

  EXPECT_EQ(rest.items.size(), 5U);
  EXPECT_TRUE(rest.exhausted);
  EXPECT_EQ(rest.items[1].assignment.values, (Values{0.1, 2}));
}

TEST(Grid, LeavesOutWhatIsRefusedAndWhatDoesNotApply) {
  Problem problem{.space = two_by_three()};
  problem.conditions =
      SpaceConditions(problem.space, {{"a", "b != 'z'"}}, {"a < 0.15 or b == 'x'"});
  const auto grid = make_suggester("grid", problem);

  const Suggestions all = grid->ask(10);

  const std::vector<Assignment> expected = {
      {{0.1, 0}}, {{0.1, 1}}, {{Assignment::inactive, 2}}, {{0.2, 0}}};
  ASSERT_EQ(all.items.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(all.items[i].assignment, expected[i]) << i;
  }
  EXPECT_TRUE(all.exhausted);
}

TEST(Random, KeepsARareConstraintOfAnInfiniteSpace) {
  Problem problem{.space = SearchSpace({{"x", Real{}}, {"y", Real{}}}), .seed = 3};
  problem.conditions = SpaceConditions(problem.space, {}, {"x * y > 0.99"});  // one point in 20,000

  for (const Values& point : first("random", problem, 20)) {
    EXPECT_GT(point[0] * point[1], 0.99);
  }
}

TEST(Random, FollowsTheDistributions) {
  const SearchSpace space(
      {{"log", Real{.low = 1e-4, .high = 1, .distribution = Distribution::log_uniform}},
       {"int", Integer{.low = 0, .high = 3}},
       {"normal", Real{.low = -3, .high = 3, .distribution = Distribution::normal}}});
  int below_hundredth = 0;
  int top = 0;
  int within_one = 0;
  constexpr int n = 4000;

  for (const Values& point : first("random", {.space = space, .seed = 4}, n)) {
    below_hundredth += point[0] < 0.01 ? 1 : 0;
    top += point[1] == 3 ? 1 : 0;
    within_one += point[2] > -1 && point[2] < 1 ? 1 : 0;
  }

  EXPECT_NEAR(below_hundredth / double{n}, 0.5, 0.04);  // five standard deviations
  EXPECT_NEAR(top / double{n}, 0.25, 0.035);
  EXPECT_NEAR(within_one / double{n}, 0.6827 / 0.9973, 0.037);
}

TEST(UnseenWalk, FinishesASpaceWhoseValuesAreVeryUnequal) {
  // log over 1..3000: the top values come once in ten thousand draws.
  const SearchSpace space(
      {{"n", Integer{.low = 1, .high = 3000, .distribution = Distribution::log_normal}}});
  const auto random = make_suggester("random", {.space = space, .seed = 1});

  const Suggestions all = random->ask(3001);

  std::set<double> values;
  for (const Suggestion& one : all.items) {
    values.insert(one.assignment.values[0]);
  }
  EXPECT_EQ(values.size(), 3000U);
  EXPECT_TRUE(all.exhausted);
}

/// Counts the positions that are looked at.
class Counted : public PointSequence {
 public:
  Counted(const SearchSpace& space, std::uint64_t& looks) : random_(space, 1), looks_(looks) {}
  Assignment at(std::uint64_t position) const override {
    ++looks_;
    return random_.at(position);
  }

 private:
  RandomSequence random_;
  std::uint64_t& looks_;
};

TEST(UnseenWalk, SoonFinishesAnInfiniteSpaceOfWhichConditionsLeaveAFewPoints) {
  const SearchSpace space({{"n", Integer{.low = 1, .high = 4}}, {"x", Real{}}});
  const SpaceConditions conditions(space, {{"x", "n == 4"}}, {"n != 4"});
  std::uint64_t looks = 0;
  SequenceSuggester suggester({.space = space, .conditions = conditions},
                              std::make_unique<Counted>(space, looks));

  const Suggestions all = suggester.ask(10);
  EXPECT_EQ(all.items.size(), 3U);
  EXPECT_TRUE(all.exhausted);
  for (std::uint32_t trial = 1; trial <= 3; ++trial) {
    suggester.tell(
        Issued{.trial = trial, .assignment = all.items[trial - 1].assignment, .labels = {}});
  }
  EXPECT_TRUE(suggester.ask(1).exhausted);
  EXPECT_LT(looks, 250'000U) << "positions are looked at without end";
  looks = 0;
  EXPECT_TRUE(suggester.ask(1).exhausted);
  EXPECT_EQ(looks, 0U) << "what was looked through is looked through again";
}

TEST(Seen, KnowsRepeatsInAnInfiniteSpaceToo) {
  Seen seen(SearchSpace({{"x", Real{.low = -1}}, {"y", Real{}}}));

  EXPECT_TRUE(seen.add({{0.5, 0}}));
  EXPECT_TRUE(seen.contains({{0.5, -0.0}}));
  EXPECT_FALSE(seen.contains({{0, 0.5}}));
  EXPECT_FALSE(seen.full());
}

TEST(Seen, TakesOnlyWhatIsOneOfTheSpacesAssignments) {
  Seen seen(two_by_three());

  EXPECT_FALSE(seen.add({{Assignment::inactive, 1}}));
  EXPECT_FALSE(seen.add({{0.3, 1}}));
  EXPECT_EQ(seen.size(), 0U);
}

TEST(Seen, GivesTheCanonicalFormOfWhatIsFresh) {
  const SearchSpace space = two_by_three();
  Seen seen(space, SpaceConditions(space, {{"a", "b != 'z'"}}, {"a < 0.15 or b == 'x'"}));
  constexpr double off = Assignment::inactive;

  EXPECT_EQ(seen.fresh({{0.2, 2}}), (Assignment{{off, 2}}));
  EXPECT_EQ(seen.fresh({{0.2, 1}}), std::nullopt) << "the constraint refuses it";
  EXPECT_TRUE(seen.add({{off, 2}}));
  EXPECT_EQ(seen.fresh({{0.1, 2}}), std::nullopt) << "it was seen without a";
}

TEST(Seen, TellsAssignmentsApart) {
  Seen seen(two_by_three());

  EXPECT_TRUE(seen.add({{0.1, 2}}));
  EXPECT_FALSE(seen.add({{0.1, 2}}));
  EXPECT_FALSE(seen.contains({{0.2, 2}}));
  EXPECT_TRUE(seen.contains({{0.1, 2}}));
  seen.remove({{0.1, 2}});
  EXPECT_FALSE(seen.contains({{0.1, 2}}));
}

}  // namespace
}  // namespace diwan
