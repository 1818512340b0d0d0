// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/shortest.hpp"

#include <cstdlib>
#include <limits>

#include <gtest/gtest.h>

namespace diwan {
namespace {

TEST(Shortest, GivesTheFewestDigitsThatReadBack) {
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(shortest(1), "1");
  EXPECT_EQ(shortest(-2.5), "-2.5");
  EXPECT_EQ(shortest(0), "0");
}

TEST(Shortest, WritesAnExponentOnlyForVerySmallAndVeryLargeNumbers) {
  EXPECT_EQ(shortest(0.0001), "0.0001");
  EXPECT_EQ(shortest(0.00001), "1e-05");
  EXPECT_EQ(shortest(100000), "100000");
  EXPECT_EQ(shortest(1e16), "1e+16");
}

TEST(Shortest, ReadsBackAtTheEdgesOfTheDoubles) {
  using Limits = std::numeric_limits<double>;
  for (const double value : {Limits::min(), Limits::max(), Limits::denorm_min(), 1 / 3.0, -1e-7}) {
    EXPECT_EQ(std::strtod(shortest(value).c_str(), nullptr), value);
  }
}

TEST(Shortest, NamesWhatIsNoNumber) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(shortest(infinity), "inf");
  EXPECT_EQ(shortest(-infinity), "-inf");
  EXPECT_EQ(shortest(std::numeric_limits<double>::quiet_NaN()), "nan");
}

}  // namespace
}  // namespace diwan
