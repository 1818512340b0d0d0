// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/sobol.hpp"

#include <cmath>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace diwan {
namespace {

SearchSpace cube(std::size_t dimensions) {
  std::vector<Parameter> parameters;
  for (std::size_t d = 0; d < dimensions; ++d) {
    parameters.push_back({"x" + std::to_string(d), Real{}});
  }
  return SearchSpace(parameters);
}

// Figures of scipy.stats.qmc.Sobol(1111, scramble=False, bits=32) of SciPy 1.17.
TEST(Sobol, GivesTheKnownFirstPoints) {
  const Sobol sobol(5);
  const std::vector<std::vector<double>> known = {{0, 0, 0, 0, 0},
                                                  {0.5, 0.5, 0.5, 0.5, 0.5},
                                                  {0.75, 0.25, 0.25, 0.25, 0.75},
                                                  {0.25, 0.75, 0.75, 0.75, 0.25},
                                                  {0.375, 0.375, 0.625, 0.875, 0.375},
                                                  {0.875, 0.875, 0.125, 0.375, 0.875},
                                                  {0.625, 0.125, 0.875, 0.625, 0.625},
                                                  {0.125, 0.625, 0.375, 0.125, 0.125}};

  for (std::uint64_t i = 0; i < known.size(); ++i) {
    for (std::size_t d = 0; d < 5; ++d) {
      EXPECT_EQ(sobol.digits(d, i) * 0x1p-32, known[i][d]) << i << " " << d;
    }
  }
}

TEST(Sobol, GivesTheKnownPointsFarOut) {
  const Sobol sobol(Sobol::most_dimensions);

  EXPECT_EQ(sobol.digits(9, 5), 536870912U);
  EXPECT_EQ(sobol.digits(100, 11), 3489660928U);
  EXPECT_EQ(sobol.digits(555, 13), 2415919104U);
  EXPECT_EQ(sobol.digits(1110, 15), 4026531840U);
  for (const auto& [d, digits] : {std::pair{0U, 113803264U},
                                  {1U, 784891904U},
                                  {7U, 1993113600U},
                                  {500U, 860389376U},
                                  {1110U, 725254144U}}) {
    EXPECT_EQ(sobol.digits(d, 123456), digits) << d;
  }
}

TEST(Sobol, RefusesMoreDimensionsThanItHasNumbersFor) {
  EXPECT_THROW(Sobol(Sobol::most_dimensions + 1), std::invalid_argument);
}

TEST(OwenScrambling, PermutesDigitsAndKeepsPrefixesTogether) {
  // Two numbers share their first k digits before if and only if they do so after.
  for (const std::uint32_t seed : {0U, 1U, 0x9e3779b9U, 0xffffffffU}) {
    for (std::uint32_t i = 0; i < 200; ++i) {
      const std::uint32_t a = i * 2654435761U;
      for (int k = 0; k < 32; ++k) {
        const std::uint32_t b = a ^ (0x80000000U >> k);
        const std::uint32_t difference = owen_scrambled(a, seed) ^ owen_scrambled(b, seed);
        EXPECT_EQ(__builtin_clz(difference), k);
      }
    }
  }
}

TEST(SobolSequence, PutsOnePointIntoEachPartOfEveryCoordinate) {
  constexpr std::size_t dimensions = 40;
  const SobolSequence sequence(cube(dimensions), 7);
  constexpr std::uint64_t n = 64;

  for (std::size_t d = 0; d < dimensions; ++d) {
    std::set<int> parts;
    for (std::uint64_t i = 0; i < n; ++i) {
      parts.insert(static_cast<int>(sequence.unit(n + i)[d] * n));
    }
    EXPECT_EQ(parts.size(), n) << d;
  }
}

TEST(SobolSequence, IsANetInItsFirstTwoCoordinates) {
  // A (0, 8, 2)-net: one of 256 points in each box of 2^-k by 2^-(8-k).
  const SobolSequence sequence(cube(2), 3);
  for (int k = 0; k <= 8; ++k) {
    std::set<std::pair<int, int>> boxes;
    for (std::uint64_t i = 0; i < 256; ++i) {
      const std::vector<double> u = sequence.unit(i);
      boxes.emplace(static_cast<int>(std::ldexp(u[0], k)),
                    static_cast<int>(std::ldexp(u[1], 8 - k)));
    }
    EXPECT_EQ(boxes.size(), 256U) << k;
  }
}

TEST(SobolSequence, IsScrambledAnewByEverySeed) {
  std::set<double> firsts;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    firsts.insert(SobolSequence(cube(1), seed).unit(0)[0]);
  }

  EXPECT_EQ(firsts.size(), 50U);
}

TEST(SobolSequence, IsUniformOverSeeds) {
  // The first point alone, which is the origin before scrambling.
  double sum = 0;
  double squares = 0;
  constexpr int n = 2000;
  for (std::uint64_t seed = 0; seed < n; ++seed) {
    const double u = SobolSequence(cube(3), seed).unit(0)[2];
    sum += u;
    squares += u * u;
  }

  EXPECT_NEAR(sum / n, 0.5, 5 * 0.289 / std::sqrt(n));
  EXPECT_NEAR(squares / n, 1.0 / 3, 5 * 0.298 / std::sqrt(n));
}

TEST(SobolSequence, ReachesTheLargestIntegerAndEveryChoiceEqually) {
  const SearchSpace space({{"i", Integer{.low = 1, .high = 4}},
                           {"c", Categorical{{"a", "b"}}},
                           {"s", Real{.low = 0, .high = 0.75, .step = 0.25}}});
  const SobolSequence sequence(space, 5);
  std::vector<std::vector<int>> counts = {std::vector<int>(5), std::vector<int>(2),
                                          std::vector<int>(4)};

  for (std::uint64_t i = 0; i < 64; ++i) {
    const Assignment at = sequence.at(i);
    ++counts[0][static_cast<std::size_t>(at.values[0])];
    ++counts[1][static_cast<std::size_t>(at.values[1])];
    ++counts[2][static_cast<std::size_t>(at.values[2] * 4)];
  }

  EXPECT_EQ(counts,
            (std::vector<std::vector<int>>{{0, 16, 16, 16, 16}, {32, 32}, {16, 16, 16, 16}}));
}

}  // namespace
}  // namespace diwan
