// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/portfolio/portfolio.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/registry.hpp"

namespace diwan {
namespace {

/// Answers with its own number, and counts the facts it was told.
class Member final : public Suggester {
 public:
  Member(double number, int& told) : number_(number), told_(told) {}
  void tell(const Fact& /*fact*/) override { ++told_; }
  Suggestions ask(std::size_t count) const override {
    const Suggestion mine{.assignment = {{number_}}, .labels = {}, .parent = {}};
    return {.items = std::vector<Suggestion>(count, mine), .exhausted = false};
  }

 private:
  double number_;
  int& told_;
};

class PortfolioOfThree : public testing::Test {
 protected:
  PortfolioOfThree() : portfolio_(members(), {0, 0, 1, 2}, 128, 4) {}
  std::vector<std::unique_ptr<Suggester>> members() {
    std::vector<std::unique_ptr<Suggester>> all;
    for (std::size_t i = 0; i < told_.size(); ++i) {
      all.push_back(std::make_unique<Member>(static_cast<double>(i), told_[i]));
    }
    return all;
  }
  double turn() const { return portfolio_.ask(1).items.at(0).assignment.values[0]; }
  void end(std::uint32_t trial) { portfolio_.tell(Finished{.trial = trial, .objectives = {1}}); }

  std::vector<int> told_ = {0, 0, 0};
  Portfolio portfolio_;
};

TEST_F(PortfolioOfThree, GoesThroughItsTurnsRoundByRound) {
  std::vector<double> turns;
  for (std::uint32_t trial = 1; trial <= 12; ++trial) {
    turns.push_back(turn());
    end(trial);
  }

  EXPECT_EQ(turns, (std::vector<double>{0, 0, 1, 2, 0, 0, 1, 2, 0, 0, 1, 2}));
}

TEST_F(PortfolioOfThree, TellsAllMembersEverything) {
  portfolio_.tell(Issued{.trial = 1, .assignment = {{0.5}}, .labels = {}});
  end(1);

  EXPECT_EQ(told_, (std::vector<int>{2, 2, 2}));
}

TEST_F(PortfolioOfThree, ChangesItsTurnByEndsOnly) {
  for (std::uint32_t trial = 1; trial <= 2; ++trial) {
    end(trial);
  }
  const double before = turn();

  portfolio_.tell(Issued{.trial = 9, .assignment = {{0.5}}, .labels = {}});
  portfolio_.tell(Reported{.trial = 9, .step = 1, .value = 2});

  EXPECT_EQ(before, 1);
  EXPECT_EQ(turn(), before);
}

TEST_F(PortfolioOfThree, LeavesTheFirstOutWithVeryManyTrialsAtATime) {
  portfolio_.tell(BudgetChanged{.max_trials = 1000, .parallel = 129});
  std::vector<double> turns;
  for (std::uint32_t trial = 1; trial <= 8; ++trial) {
    turns.push_back(turn());
    end(trial);
  }
  portfolio_.tell(BudgetChanged{.max_trials = 1000, .parallel = 128});

  EXPECT_EQ(turns, (std::vector<double>{1, 1, 1, 2, 1, 1, 1, 2}));
  EXPECT_EQ(turn(), 0);
}

TEST(Auto, KeepsCmaesWhereThereAreConstraintsAlone) {
  const SearchSpace space({{"x", Real{.low = 0, .high = 1}}, {"y", Real{.low = 0, .high = 1}}});
  const auto suggestions = [&](const char* name, const SpaceConditions& conditions) {
    Problem problem{.space = space, .seed = 1, .conditions = conditions};
    const auto suggester = make_suggester(name, problem);
    for (std::uint32_t trial = 1; trial <= 7; ++trial) {  // the 8th turn of auto is that of cmaes
      const Assignment at{{0.1 * trial, 0.05 * trial}};
      suggester->tell(Issued{.trial = trial, .assignment = at, .labels = {}});
      suggester->tell(Finished{.trial = trial, .objectives = {1.0 * trial}});
    }
    return suggester->ask(1);
  };
  const SpaceConditions constraint(space, {}, {"x + y < 1.5"});

  EXPECT_EQ(suggestions("auto", constraint), suggestions("cmaes", constraint));
}

TEST(Auto, SearchesSpacesThatNoMemberButOneCan) {
  const SearchSpace single({{"only", Categorical{{"a", "b", "c"}}}});

  const auto suggester = make_suggester("auto", {.space = single, .seed = 1});

  EXPECT_EQ(suggester->ask(4).items.size(), 3U);
}

TEST(Auto, SearchesBySeveralObjectivesInAnyNumberOfDimensions) {
  for (const std::size_t dimensions : {1U, 60U}) {
    std::vector<Parameter> parameters;
    for (std::size_t d = 0; d < dimensions; ++d) {
      parameters.push_back({"x" + std::to_string(d), Real{.low = 0, .high = 1}});
    }

    const auto suggester =
        make_suggester("auto", {.space = SearchSpace(parameters),
                                .directions = {Direction::minimize, Direction::maximize},
                                .seed = 1});

    EXPECT_EQ(suggester->ask(3).items.size(), 3U);
  }
}

}  // namespace
}  // namespace diwan
