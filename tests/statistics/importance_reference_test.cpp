// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "tests/statistics/importance_reference.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "statistics/importance.hpp"

namespace diwan::statistics {
namespace {

/// Ours, the mean over ten forests too.
void expect_reference(const SearchSpace& space, const std::vector<std::vector<double>>& rows,
                      const std::vector<Reference>& references) {
  constexpr std::uint64_t forests = 10;
  std::vector<Result> results;
  results.reserve(rows.size());
  for (const std::vector<double>& row : rows) {
    results.push_back({.assignment = {{row.begin(), row.end() - 1}}, .value = row.back()});
  }
  std::vector<double> means(space.size());
  for (std::uint64_t seed = 0; seed < forests; ++seed) {
    for (const Share& share : importance(Landscape(space, results, {.seed = seed})).parameters) {
      means[share.parameter] += share.mean / forests;
    }
  }

  for (std::size_t p = 0; p < space.size(); ++p) {
    // Both are means of ten; bootstrap samples differ.
    const double tolerance = 0.003 + 4 * references[p].deviation / std::sqrt(forests / 2.0);
    EXPECT_NEAR(means[p], references[p].mean, tolerance) << space.parameters()[p].name;
  }
}

TEST(ImportanceReference, OfIshigamisFunctionIsOptunas) {
  std::vector<Parameter> parameters;
  for (const char* name : {"x1", "x2", "x3"}) {
    parameters.push_back({.name = name, .domain = Real{.low = -3, .high = 3}});
  }

  expect_reference(SearchSpace(parameters), ishigami_rows, ishigami_importances);
}

TEST(ImportanceReference, OfAMixedSpaceIsThatOfAnotherForest) {
  const SearchSpace space({{.name = "x", .domain = Real{}},
                           {.name = "n", .domain = Integer{.low = 1, .high = 6}},
                           {.name = "c", .domain = Categorical{{"a", "b", "c"}}}});

  expect_reference(space, mixed_rows, mixed_importances);
}

}  // namespace
}  // namespace diwan::statistics
