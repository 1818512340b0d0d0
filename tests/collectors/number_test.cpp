// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/number.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "tests/for_each_seed.hpp"

namespace diwan {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

TEST(Number, ReadsEverySpellingOfADecimal) {
  EXPECT_EQ(parse_number("0.8612"), 0.8612);
  EXPECT_EQ(parse_number("+1"), 1.0);
  EXPECT_EQ(parse_number("-1"), -1.0);
  EXPECT_EQ(parse_number(".5"), 0.5);
  EXPECT_EQ(parse_number("5."), 5.0);
  EXPECT_EQ(parse_number("1e-3"), 0.001);
  EXPECT_EQ(parse_number("+7.53E+05"), 753000.0);
}

TEST(Number, IsTheNearestToEveryDecimal) {
  for_each_seed(20, [](Dice& dice) {
    for (int i = 0; i < 1000; ++i) {
      std::string text = dice.below(3) == 0 ? "-" : "";
      const std::uint64_t digits = 1 + dice.below(19);
      const std::uint64_t point = dice.below(digits + 3);
      for (std::uint64_t digit = 0; digit < digits; ++digit) {
        text += digit == point ? "." : "";
        text += static_cast<char>('0' + dice.below(10));
      }

      EXPECT_EQ(parse_number(text), std::strtod(text.c_str(), nullptr)) << text;
    }
  });
}

TEST(Number, ReadsNonFiniteWordsInAnyCase) {
  EXPECT_EQ(parse_number("inf"), inf);
  EXPECT_EQ(parse_number("-Infinity"), -inf);
  EXPECT_EQ(parse_number("+INF"), inf);
  EXPECT_TRUE(std::isnan(parse_number("NaN").value()));
  EXPECT_TRUE(std::isnan(parse_number("-nan").value()));
}

TEST(Number, IsNothingWhereTheTextSpellsMoreOrLess) {
  for (const char* text :
       {"",     "+",     "-",  ".",  "-.",  "..",  "1.2.3",  "e5",      "1e",  "0.3abc",
        "0x10", "1_000", " 1", "1 ", "+-1", "++1", "nan(7)", "infinit", "1,5", "tensor(0.3)"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
}

TEST(Number, TooLargeIsInfiniteAndTooSmallIsZero) {
  EXPECT_EQ(parse_number("1e400"), inf);
  EXPECT_EQ(parse_number("-1e400"), -inf);
  EXPECT_EQ(parse_number("1e-400"), 0.0);
  EXPECT_TRUE(std::signbit(parse_number("-1e-400").value()));
  EXPECT_EQ(parse_number("1e99999999999999999999"), inf);
  EXPECT_EQ(parse_number("1e-99999999999999999999"), 0.0);
  EXPECT_EQ(parse_number("0." + std::string(500, '0') + "1"), 0.0);
  EXPECT_EQ(parse_number(std::string(500, '9') + ".0"), inf);
  EXPECT_EQ(parse_number("0e99999"), 0.0);
  EXPECT_EQ(parse_number(std::string(400, '9') + "e-400").value(), 1.0);
  EXPECT_EQ(parse_number("4.9e-324"), std::numeric_limits<double>::denorm_min());
}

}  // namespace
}  // namespace diwan
