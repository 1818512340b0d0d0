// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/rng.hpp"

#include <array>
#include <cstdint>
#include <set>

#include <gtest/gtest.h>

namespace diwan {
namespace {

using Words = std::array<std::uint32_t, 4>;

// kat_vectors of Random123 1.14, philox4x32 with 10 rounds.
TEST(Philox, GivesThePublishedKnownAnswers) {
  constexpr std::uint32_t ones = 0xffffffff;

  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({ones, ones, ones, ones}, {ones, ones}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Draw, IsNamedBySeedStreamAndIndexAndNothingElse) {
  Draw first(7, 3, 11);
  const std::uint64_t expected = first.bits();

  EXPECT_EQ(Draw(7, 3, 11).bits(), expected);
  std::set<std::uint64_t> seen = {expected};
  for (const auto& [seed, stream, index] :
       {std::array{8, 3, 11}, std::array{7, 4, 11}, std::array{7, 3, 12}, std::array{3, 7, 11},
        std::array{7, 11, 3}, std::array{0, 0, 0}}) {
    Draw draw(static_cast<std::uint64_t>(seed), static_cast<std::uint64_t>(stream),
              static_cast<std::uint64_t>(index));
    EXPECT_TRUE(seen.insert(draw.bits()).second);
  }
}

// Figures of an implementation of the same definition in Python, its inverse by
// statistics.NormalDist.
TEST(Draw, IsTheSameOnEveryMachine) {
  Draw draw(1, 2, 3);
  EXPECT_EQ(draw.bits(), 500891505732865881ULL);
  EXPECT_EQ(draw.uniform(), 0.22291981535943506);
  EXPECT_EQ(draw.below(1000), 37U);
  EXPECT_DOUBLE_EQ(draw.normal(), -0.21826025300487012);
}

TEST(Draw, BelowReachesEveryNumberAboutEquallyOften) {
  std::array<int, 6> seen{};
  Draw draw(5, 0);

  for (int i = 0; i < 6000; ++i) {
    ++seen.at(draw.below(6));
  }

  for (const int count : seen) {
    EXPECT_NEAR(count, 1000, 150);  // five standard deviations
  }
}

TEST(Draw, UniformsHaveTheMomentsOfUniformsAndNormalsOfNormals) {
  Draw draw(11, 0);
  double uniform_sum = 0;
  double normal_sum = 0;
  double normal_squares = 0;
  constexpr int n = 20000;

  for (int i = 0; i < n; ++i) {
    const double u = draw.uniform();
    ASSERT_TRUE(u >= 0 && u < 1);
    uniform_sum += u;
    const double z = draw.normal();
    normal_sum += z;
    normal_squares += z * z;
  }

  EXPECT_NEAR(uniform_sum / n, 0.5, 5 * 0.289 / 141);
  EXPECT_NEAR(normal_sum / n, 0, 5.0 / 141);
  EXPECT_NEAR(normal_squares / n, 1, 5 * 1.414 / 141);
}

}  // namespace
}  // namespace diwan
