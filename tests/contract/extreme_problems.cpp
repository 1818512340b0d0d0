// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "extreme_problems.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>
#include <variant>
#include <vector>

#include "algorithms/nas/architecture.hpp"

namespace diwan {
namespace {

Domain any_real(Draw& draw) {
  constexpr std::pair<double, double> intervals[] = {
      {-5, 5}, {0, 1e-300}, {-1e300, 1e300}, {1e-12, 1e12}, {1, 1 + 1e-15}, {-3, -3}, {0.1, 0.9}};
  const auto [low, high] = intervals[draw.below(std::size(intervals))];
  Real real{.low = low, .high = high};
  const bool log = low > 0 && draw.below(2) == 0;
  const bool normal = draw.below(4) == 0;
  real.distribution = log ? (normal ? Distribution::log_normal : Distribution::log_uniform)
                          : (normal ? Distribution::normal : Distribution::uniform);
  if (low == 0.1 && draw.below(2) == 0) {
    real.step = 0.05;
  }
  return real;
}

Domain any_domain(Draw& draw) {
  switch (draw.below(5)) {
    case 0: {
      constexpr std::int64_t far = std::int64_t{1} << 53;
      constexpr std::pair<std::int64_t, std::int64_t> intervals[] = {
          {1, 6}, {-far, far}, {1, far}, {0, 1}, {16, 256}};
      const auto [low, high] = intervals[draw.below(std::size(intervals))];
      return Integer{.low = low,
                     .high = high,
                     .step = low == 16 ? 16 : 1,
                     .distribution = low == 1 && draw.below(2) == 0 ? Distribution::log_uniform
                                                                    : Distribution::uniform};
    }
    case 1: {
      Categorical categorical;
      const std::uint64_t count = 1 + draw.below(40);
      for (std::uint64_t i = 0; i < count; ++i) {
        categorical.choices.push_back("c" + std::to_string(i));
      }
      return categorical;
    }
    case 2:
      return Discrete{.values = {1e300, -1e300, 0, 1e-300},
                      .texts = {"1e300", "-1e300", "0", "1e-300"}};
    default:
      return any_real(draw);
  }
}

/// Of the kind that the algorithm takes.
std::vector<Parameter> any_parameters(const std::string& algorithm, Draw& draw) {
  if (algorithm == "enas") {
    std::vector<std::string> operations;
    for (std::uint64_t i = 1 + draw.below(30); i > 0; --i) {
      operations.push_back("o" + std::to_string(i));
    }
    return nas::architecture_space(1 + draw.below(6), operations).parameters();
  }
  if (algorithm == "darts") {
    return {{"settings", Categorical{{"{}"}}}, {"layers", Integer{.low = 3, .high = 3}}};
  }
  std::vector<Parameter> parameters;
  const std::uint64_t count = 1 + draw.below(6);
  for (std::uint64_t d = 0; d < count; ++d) {
    parameters.push_back({"p" + std::to_string(d), any_domain(draw)});
  }
  return parameters;
}

/// A comparison of a parameter with one of its values, which holds for some of them.
std::string any_comparison(const SearchSpace& space, std::size_t parameter, Draw& draw) {
  const Parameter& one = space.parameters()[parameter];
  const std::string text = space.text(parameter, space.axis(parameter).decode(draw.uniform()));
  if (std::holds_alternative<Categorical>(one.domain)) {
    return one.name + (draw.below(3) == 0 ? " == '" : " != '") + text + "'";
  }
  return one.name + (draw.below(2) == 0 ? " <= " : " >= ") + text;
}

/// Conditions over the first `count` parameters: each hangs on an earlier one, if on any.
SpaceConditions any_conditions(const SearchSpace& space, std::size_t count, Draw& draw) {
  std::map<std::string, std::string> when;
  for (std::size_t d = 1; d < count; ++d) {
    if (draw.below(3) == 0) {
      when[space.parameters()[d].name] = any_comparison(space, draw.below(d), draw);
    }
  }
  std::vector<std::string> constraints;
  for (std::uint64_t i = draw.below(3); i > 0; --i) {
    constraints.push_back(any_comparison(space, draw.below(count), draw) + " or " +
                          any_comparison(space, draw.below(count), draw));
  }
  return {space, when, constraints};
}

Domain any_resource(Draw& draw) {
  switch (draw.below(3)) {
    case 0:
      return Real{.low = 0.1, .high = 9};
    case 1:
      return Integer{.low = 1, .high = 9, .distribution = Distribution::log_uniform};
    default:
      return Integer{.low = 3, .high = 30, .step = 3};
  }
}

}  // namespace

std::optional<Problem> extreme_problem(const std::string& algorithm, Draw& draw) {
  const AlgorithmInfo& info = *find_algorithm(algorithm);
  std::vector<Parameter> parameters = any_parameters(algorithm, draw);
  const std::size_t count = parameters.size();
  Problem problem;
  if (info.has_rungs) {
    problem.settings = {{"r_l", "9"}};
    if (draw.below(2) == 0) {
      parameters.push_back({"resource", any_resource(draw)});
      problem.settings.emplace_back("resource_name", "resource");
    }
  }
  problem.space = SearchSpace(std::move(parameters));
  problem.seed = draw.below(1000);
  if (info.constraints && draw.below(2) == 0) {
    problem.conditions = any_conditions(problem.space, count, draw);
  }
  switch (draw.below(3)) {
    case 0:
      break;
    case 1:
      problem.directions = {Direction::maximize};
      break;
    default:
      problem.directions = {Direction::minimize, Direction::maximize};
  }
  if (!info.several_objectives) {
    problem.directions.resize(1, Direction::minimize);
  }
  return check(info, problem).empty() ? std::optional(std::move(problem)) : std::nullopt;
}

Assignment any_assignment(const Problem& problem, Draw& draw) {
  std::vector<double> unit;
  for (std::size_t d = 0; d < problem.space.size(); ++d) {
    unit.push_back(draw.uniform());
  }
  return problem.conditions.canonical(problem.space.decode(unit));
}

}  // namespace diwan
