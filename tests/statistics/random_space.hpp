// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/rng.hpp"
#include "algorithms/space/search_space.hpp"
#include "statistics/result.hpp"

namespace diwan::statistics {

inline Domain random_domain(Draw& draw) {
  switch (draw.below(6)) {
    case 0:
      return Real{.low = -2, .high = 3};
    case 1:
      return Real{.low = 1e-5, .high = 1, .distribution = Distribution::log_uniform};
    case 2:
      return Integer{.low = 1, .high = 1 + static_cast<std::int64_t>(draw.below(20))};
    case 3:
      return Integer{.low = 1, .high = 4096, .distribution = Distribution::log_uniform};
    case 4:
      return Discrete{.values = {16, 1, 64, 4}, .texts = {"16", "1", "64", "4"}};
    default: {
      Categorical categorical;
      for (std::uint64_t i = 0; i < 1 + draw.below(5); ++i) {
        categorical.choices.push_back(std::string(1, static_cast<char>('a' + i)));
      }
      return categorical;
    }
  }
}

inline SearchSpace random_space(std::size_t size, Draw& draw) {
  std::vector<Parameter> parameters;
  for (std::size_t p = 0; p < size; ++p) {
    parameters.push_back(
        {.name = std::string("p") + std::to_string(p), .domain = random_domain(draw)});
  }
  return SearchSpace(std::move(parameters));
}

inline Assignment random_assignment(const SearchSpace& space, Draw& draw) {
  std::vector<double> unit;
  for (std::size_t p = 0; p < space.size(); ++p) {
    unit.push_back(draw.uniform());
  }
  return space.decode(unit);
}

/// A function at random places of the space.
template <class Function>
std::vector<Result> results_of(const SearchSpace& space, std::size_t count, std::uint64_t seed,
                               Function function) {
  Draw draw(seed, 7);
  std::vector<Result> results;
  for (std::size_t i = 0; i < count; ++i) {
    Result result{.assignment = random_assignment(space, draw)};
    result.value = function(result.assignment.values);
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace diwan::statistics
