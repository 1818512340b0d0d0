// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/quantity.hpp"

#include <gtest/gtest.h>

namespace diwan {
namespace {

using std::chrono::seconds;

TEST(Duration, ReadsSecondsUnitsAndSlurmsForms) {
  EXPECT_EQ(duration("90"), seconds(90));
  EXPECT_EQ(duration("90s"), seconds(90));
  EXPECT_EQ(duration("30m"), seconds(1800));
  EXPECT_EQ(duration("1h"), seconds(3600));
  EXPECT_EQ(duration("1h30m"), seconds(5400));
  EXPECT_EQ(duration("2d"), seconds(172800));
  EXPECT_EQ(duration("02:00:00"), seconds(7200));
  EXPECT_EQ(duration("10:30"), seconds(630));
  EXPECT_EQ(duration("1-02:00:00"), seconds(93600));
  EXPECT_EQ(duration("1-02:30"), seconds(95400));
  EXPECT_EQ(duration("1-02"), seconds(93600));
}

TEST(Duration, RefusesWhatIsNoLengthOfTime) {
  for (const char* text : {"", "0", "-5", "1.5h", "h", "5x", "1h30", "1:2:3:4", "1-", "-1", "1--2",
                           "99999999999", "9999999999d", "9999999999-0", "1:", ":1", " 5"}) {
    EXPECT_EQ(duration(text), std::nullopt) << text;
  }
}

TEST(Quantity, ReadsKubernetesUnits) {
  EXPECT_EQ(quantity("2"), 2.0);
  EXPECT_EQ(quantity("500m"), 0.5);
  EXPECT_EQ(quantity("1e3"), 1000.0);
  EXPECT_EQ(quantity("129M"), 129e6);
  EXPECT_EQ(quantity("16Gi"), 16.0 * 1024 * 1024 * 1024);
  EXPECT_EQ(quantity("1.5Ki"), 1536.0);
  EXPECT_EQ(quantity("2E"), 2e18);
}

TEST(Quantity, RefusesOtherUnitsAndNegativeAmounts) {
  for (const char* text : {"", "Gi", "16GB", "16 Gi", "-1", "1K", "inf", "nan", "1e999"}) {
    EXPECT_EQ(quantity(text), std::nullopt) << text;
  }
}

TEST(FiniteNumber, ReadsDecimalsOnly) {
  EXPECT_EQ(finite_number("1e-5"), 1e-5);
  EXPECT_EQ(finite_number("+.5"), 0.5);
  EXPECT_EQ(finite_number("-3"), -3.0);
  for (const char* text : {"", "inf", "nan", "0x10", "1_000", "1e999", "+-1", "1 ", "one"}) {
    EXPECT_EQ(finite_number(text), std::nullopt) << text;
  }
}

TEST(IntegralNumber, ReadsWholeNumbersInAnyNotationWithin2To53) {
  EXPECT_EQ(integral_number("1e3"), 1000);
  EXPECT_EQ(integral_number("1.0"), 1);
  EXPECT_EQ(integral_number("-9007199254740992"), -9007199254740992);
  EXPECT_EQ(integral_number("9007199254740992"), 9007199254740992);
  for (const char* text : {"9007199254740993", "1.5", "1e16", "ten", ""}) {
    EXPECT_EQ(integral_number(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace diwan
