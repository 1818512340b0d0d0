// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/expression.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace diwan {
namespace {

SearchSpace space() {
  return SearchSpace({{"lr", Real{.low = 0, .high = 1}},
                      {"depth", Integer{.low = 1, .high = 64}},
                      {"opt", Categorical{{"sgd", "adam"}}},
                      {"batch", Categorical{{"32", "128"}}},
                      {"width", Discrete{.values = {16, 64}, .texts = {"16", "64"}}},
                      {"num-layers", Integer{.low = 1, .high = 4}}});
}

std::optional<bool> holds(const std::string& text,
                          const std::vector<double>& values = {0.5, 4, 0, 1, 1, 2}) {
  return Expression::parse(text).holds(space(), Assignment{values});
}

std::string parse_error(const std::string& text) {
  try {
    Expression::parse(text);
  } catch (const ExpressionError& error) {
    return error.what();
  }
  return "accepted";
}

std::string check_error(const std::string& text) {
  const std::vector<ExpressionProblem> problems = Expression::parse(text).check(space());
  return problems.empty() ? "accepted" : ExpressionError(problems.front()).what();
}

TEST(Expression, ComparesAndCalculates) {
  EXPECT_EQ(holds("lr < 0.6"), true);
  EXPECT_EQ(holds("lr >= 0.6"), false);
  EXPECT_EQ(holds("depth * 2 + 1 == 9"), true);
  EXPECT_EQ(holds("1 - depth - 1 == -4"), true);
  EXPECT_EQ(holds("depth / 8 == lr"), true);
  EXPECT_EQ(holds("`num-layers` != 2"), false);
  EXPECT_EQ(holds(".5e0 <= lr"), true);
}

TEST(Expression, BindsAsMathematicsDoes) {
  EXPECT_EQ(holds("2 ** 3 ** 2 == 512"), true);
  EXPECT_EQ(holds("-2 ** 2 == -4"), true);
  EXPECT_EQ(holds("2 ** -1 == 0.5"), true);
  EXPECT_EQ(holds("(1 + 2) * 3 == 9"), true);
  EXPECT_EQ(holds("1 + 2 * 3 == 7"), true);
  EXPECT_EQ(holds("8 / 4 / 2 == 1"), true);
  EXPECT_EQ(holds("not lr > 0.6 and depth == 4"), true);
  EXPECT_EQ(holds("depth == 4 or depth == 5 and lr > 0.9"), true);
  EXPECT_EQ(holds("not (depth == 4 or lr > 0.9)"), false);
}

TEST(Expression, ComparesChoicesAsTextAndNumericOnesAsNumbersToo) {
  EXPECT_EQ(holds("opt == 'sgd'"), true);
  EXPECT_EQ(holds("opt != \"sgd\""), false);
  EXPECT_EQ(holds("batch * depth <= 512"), true);
  EXPECT_EQ(holds("batch == '128' and batch == 128"), true);
  EXPECT_EQ(holds("batch > width"), true);
}

TEST(Expression, KnowsNothingOfWhatHangsOnAnInactiveParameter) {
  const std::vector<double> values = {Assignment::inactive, 4, Assignment::inactive, 1, 1, 2};

  EXPECT_EQ(holds("lr < 0.6", values), std::nullopt);
  EXPECT_EQ(holds("lr + 1 != lr", values), std::nullopt);
  EXPECT_EQ(holds("opt == 'sgd'", values), std::nullopt);
  EXPECT_EQ(holds("not lr < 0.6", values), std::nullopt);
  EXPECT_EQ(holds("lr < 0.6 or depth == 4", values), true);
  EXPECT_EQ(holds("lr < 0.6 or depth == 5", values), std::nullopt);
  EXPECT_EQ(holds("depth == 5 and lr < 0.6", values), false);
  EXPECT_EQ(holds("0 / 0 < 1", values), std::nullopt);
}

TEST(Expression, NamesItsParametersOnceInOrder) {
  EXPECT_EQ(Expression::parse("depth * batch < lr or depth == 1").names(),
            (std::vector<std::string>{"depth", "batch", "lr"}));
}

TEST(Expression, SaysWhereItsGrammarBreaksAndHowToMendIt) {
  EXPECT_EQ(parse_error(""),
            "character 1: the expression is empty; write a condition such as lr < 0.1");
  EXPECT_EQ(parse_error("lr = 1"),
            "character 4: character = has no meaning here; write == to compare");
  EXPECT_EQ(parse_error("lr < 1 && depth > 2"),
            "character 8: character & has no meaning here; write and");
  EXPECT_EQ(
      parse_error("(lr < 1"),
      "character 8: found the end where ) was expected; close the parenthesis of character 1");
  EXPECT_EQ(parse_error("opt == 'sgd"),
            "character 8: the quote ' is never closed; add ' after the text");
  EXPECT_EQ(parse_error("0 < lr < 1"),
            "character 8: a comparison follows a comparison; write a < b and b < c");
  EXPECT_EQ(
      parse_error("lr <"),
      "character 5: found the end where a value was expected; write a name, a number, a quoted "
      "text or a parenthesis");
  EXPECT_EQ(parse_error("lr 5"),
            "character 4: found 5 where an operator was expected; join the parts with and, or, a "
            "comparison or + - * / **");
  EXPECT_NE(parse_error("lr < 1e999").find("out of range"), std::string::npos);
}

TEST(Expression, RefusesToNestWithoutEnd) {
  for (const char* piece : {"(", "not ", "-", "2**"}) {
    std::string text;
    for (int i = 0; i < 100000; ++i) {
      text += piece;
    }
    EXPECT_NE(parse_error(text).find("nests too deeply"), std::string::npos) << piece;
  }
}

TEST(Expression, ChecksItsNamesChoicesAndTypesAgainstTheSpace) {
  EXPECT_EQ(check_error("lr < 1 and batch * depth < 4096"), "accepted");
  EXPECT_EQ(check_error("dephts < 3"),
            "character 1: no parameter is named dephts; did you mean depth?");
  EXPECT_EQ(check_error("opt == 'sdg'"),
            "character 8: opt has no choice 'sdg'; did you mean 'sgd'?");
  EXPECT_EQ(check_error("lr < '0.1'"),
            "character 4: compares the number lr with the text '0.1'; write numbers without quotes "
            "and choices with them");
  EXPECT_EQ(check_error("opt < 'sgd'"),
            "character 5: puts texts in order; compare texts by == or != only");
  EXPECT_EQ(
      check_error("lr < 1 and depth"),
      "character 12: the number depth stands where a condition is meant; compare it, as in lr < "
      "0.1");
  EXPECT_EQ(check_error("opt + 1 < 2"),
            "character 1: the categorical opt is calculated with; calculate with numbers only");
  EXPECT_EQ(check_error("lr + 1"),
            "character 4: a number is compared with nothing; write a comparison, such as lr < 0.1");
  EXPECT_EQ(Expression::parse("a < b").check(space()).size(), 2U);
  EXPECT_THROW(holds("a < b"), ExpressionError);
}

}  // namespace
}  // namespace diwan
