// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/search_space.hpp"

#include <limits>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace diwan {
namespace {

SearchSpace mixed() {
  return SearchSpace(
      {{"lr", Real{.low = 1e-5, .high = 0.1, .distribution = Distribution::log_uniform}},
       {"dropout", Real{.low = 0.1, .high = 0.5, .step = 0.1}},
       {"units", Integer{.low = 16, .high = 250, .step = 16}},
       {"optimizer", Categorical{{"sgd", "adam", "1"}}},
       {"batch", Discrete{.values = {32, 1e3, 8}, .texts = {"32", "1e3", "8"}}}});
}

std::string refusal(const Domain& domain) {
  try {
    SearchSpace({{"x", domain}});
  } catch (const std::invalid_argument& problem) {
    return problem.what();
  }
  return "accepted";
}

TEST(SearchSpace, RefusesWhatNoValueSatisfiesAndNamesTheParameter) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(refusal(Real{.low = 2, .high = 1}),
            "parameter \"x\": low (2) is above high (1); swap them");
  EXPECT_NE(refusal(Real{.low = 0, .high = 1, .distribution = Distribution::log_uniform})
                .find("needs values above 0, low is 0"),
            std::string::npos);
  EXPECT_NE(refusal(Real{.low = 0, .high = infinity}).find("finite"), std::string::npos);
  EXPECT_NE(refusal(Real{.low = -1e308, .high = 1e308}).find("finite"), std::string::npos);
  EXPECT_NE(refusal(Real{.low = 0, .high = 1, .step = 0}).find("step (0)"), std::string::npos);
  EXPECT_NE(refusal(Integer{.low = 5, .high = 4}).find("low (5)"), std::string::npos);
  EXPECT_NE(refusal(Integer{.low = 0, .high = 4, .step = -1}).find("step (-1)"), std::string::npos);
  EXPECT_NE(
      refusal(Integer{.low = 0, .high = std::numeric_limits<std::int64_t>::max()}).find("2^53"),
      std::string::npos);
  EXPECT_NE(refusal(Categorical{}).find("empty"), std::string::npos);
  EXPECT_NE(refusal(Discrete{}).find("empty"), std::string::npos);
  EXPECT_NE(refusal(Discrete{.values = {1, -1},
                             .texts = {"1", "-1"},
                             .distribution = Distribution::log_uniform})
                .find("low is -1"),
            std::string::npos);
  EXPECT_THROW(SearchSpace({{"x", Real{}}, {"x", Real{}}}), std::invalid_argument);
}

TEST(SearchSpace, CountsItsAssignments) {
  EXPECT_EQ(mixed().cardinality(), std::nullopt);
  EXPECT_EQ(mixed().cardinality(1), 5U);
  EXPECT_EQ(mixed().cardinality(2), 15U);
  EXPECT_EQ(mixed().cardinality(3), 3U);
  EXPECT_EQ(SearchSpace({{"a", Integer{.low = 0, .high = 9}}, {"b", Categorical{{"u", "v"}}}})
                .cardinality(),
            20U);
  EXPECT_EQ(SearchSpace().cardinality(), 1U);
  const Integer wide{.low = 0, .high = (std::int64_t{1} << 32) - 1};
  EXPECT_EQ(SearchSpace({{"a", wide}, {"b", wide}}).cardinality(), std::nullopt);
}

TEST(SearchSpace, WritesTheTextsThatATrialIsGiven) {
  const SearchSpace space = mixed();

  EXPECT_EQ(space.text(0, 0.001), "0.001");
  EXPECT_EQ(space.text(0, 1e-5), "1e-05");
  EXPECT_EQ(space.text(1, space.value_at(1, 2)), "0.3");
  EXPECT_EQ(space.text(2, 240), "240");
  EXPECT_EQ(space.text(3, 1), "adam");
  EXPECT_EQ(space.text(4, 1), "1e3");
  EXPECT_EQ(space.text(4, Assignment::inactive), "");
}

TEST(SearchSpace, ReadsNumbersInAnyNotationAndListsByTheirText) {
  const SearchSpace space = mixed();

  EXPECT_EQ(space.parse(0, "1e-3"), 0.001);
  EXPECT_EQ(space.parse(0, "+0.0010"), 0.001);
  EXPECT_EQ(space.parse(1, "0.30000000000000004"), 0.3);
  EXPECT_EQ(space.parse(2, "3.2e1"), 32);
  EXPECT_EQ(space.parse(3, "1"), 2);
  EXPECT_EQ(space.parse(4, "1000"), 1);
  EXPECT_EQ(space.parse(4, "8.0"), 2);
}

TEST(SearchSpace, ReadsNothingThatLiesOutsideTheDomain) {
  const SearchSpace space = mixed();

  for (const char* text : {"0.2", "1e-6", "x", "", "nan", "inf", "0.01x", "--1", "+-1"}) {
    EXPECT_EQ(space.parse(0, text), std::nullopt) << text;
  }
  EXPECT_EQ(space.parse(1, "0.35"), std::nullopt);
  EXPECT_EQ(space.parse(1, "0.6"), std::nullopt);
  EXPECT_EQ(space.parse(2, "17"), std::nullopt);
  EXPECT_EQ(space.parse(2, "16.5"), std::nullopt);
  EXPECT_EQ(space.parse(2, "256"), std::nullopt);
  EXPECT_EQ(space.parse(3, "SGD"), std::nullopt);
  EXPECT_EQ(space.parse(4, "9"), std::nullopt);
}

TEST(SearchSpace, EveryDecodedPointSurvivesItsTextsAndItsCode) {
  const SearchSpace space = mixed();
  for (int i = 0; i < 500; ++i) {
    std::vector<double> unit;
    for (std::size_t d = 0; d < space.size(); ++d) {
      unit.push_back(static_cast<double>((i * 7919 + static_cast<int>(d) * 104729) % 1000) / 999);
    }
    const Assignment assignment = space.decode(unit);
    ASSERT_TRUE(space.contains(assignment));

    for (std::size_t d = 0; d < space.size(); ++d) {
      EXPECT_EQ(space.parse(d, space.text(d, assignment.values[d])), assignment.values[d]);
    }
    const Assignment again = space.decode(space.encode(assignment));
    EXPECT_NEAR(again.values[0], assignment.values[0], 1e-14);
    for (std::size_t d = 1; d < space.size(); ++d) {
      EXPECT_EQ(again.values[d], assignment.values[d]);
    }
  }
}

TEST(SearchSpace, ContainsNoValueBesideTheGridNorAWrongNumberOfThem) {
  const SearchSpace space = mixed();
  const Assignment good{{0.01, 0.3, 32, 0, 2}};
  ASSERT_TRUE(space.contains(good));

  for (const auto& [at, value] :
       {std::pair{0, 0.2}, {1, 0.31}, {2, 33.0}, {2, 32.5}, {3, 3.0}, {3, 0.5}, {4, -1.0}}) {
    Assignment bad = good;
    bad.values[static_cast<std::size_t>(at)] = value;
    EXPECT_FALSE(space.contains(bad)) << at << " " << value;
  }
  EXPECT_FALSE(space.contains(Assignment{{0.01}}));
  Assignment conditional = good;
  conditional.values[2] = Assignment::inactive;
  EXPECT_TRUE(space.contains(conditional));
  EXPECT_EQ(space.encode(conditional)[2], 0.5);
}

TEST(SearchSpace, FindsParametersByName) {
  EXPECT_EQ(mixed().index_of("units"), 2U);
  EXPECT_EQ(mixed().index_of("Units"), std::nullopt);
}

}  // namespace
}  // namespace diwan
