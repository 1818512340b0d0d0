// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "bench/search/fronts.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>

#include "algorithms/hypervolume.hpp"

namespace diwan::bench {
namespace {

SearchSpace unit_cube(std::size_t dimensions) {
  std::vector<Parameter> parameters;
  for (std::size_t d = 0; d < dimensions; ++d) {
    parameters.push_back({"x" + std::to_string(d + 1), Real{.low = 0, .high = 1}});
  }
  return SearchSpace(parameters);
}

/// Zitzler et al. 2000; the front is f2 = 1 - sqrt(f1), where all but the first are 0.
std::vector<double> zdt1(const Assignment& at) {
  double sum = 0;
  for (std::size_t d = 1; d < at.values.size(); ++d) {
    sum += at.values[d];
  }
  const double g = 1 + 9 * sum / static_cast<double>(at.values.size() - 1);
  return {at.values[0], g * (1 - std::sqrt(at.values[0] / g))};
}

/// Deb et al. 2002; the front is an eighth of the unit sphere, where all but two are 1/2.
std::vector<double> dtlz2(const Assignment& at) {
  double g = 0;
  for (std::size_t d = 2; d < at.values.size(); ++d) {
    g += (at.values[d] - 0.5) * (at.values[d] - 0.5);
  }
  const double a = at.values[0] * std::numbers::pi / 2;
  const double b = at.values[1] * std::numbers::pi / 2;
  return {(1 + g) * std::cos(a) * std::cos(b), (1 + g) * std::cos(a) * std::sin(b),
          (1 + g) * std::sin(a)};
}

SearchSpace training_space() {
  return SearchSpace(
      {{"lr", Real{.low = 1e-5, .high = 1, .distribution = Distribution::log_uniform}},
       {"layers", Integer{.low = 1, .high = 8}},
       {"units", Integer{.low = 8, .high = 1024, .distribution = Distribution::log_uniform}},
       {"opt", Categorical{{"sgd", "adam", "rmsprop"}}}});
}

/// A made-up training: a larger network is better and slower, and so is adam.
std::vector<double> training(const Assignment& at) {
  const double lr = std::log10(at.values[0]) + 2.5;
  const double layers = at.values[1];
  const double units = at.values[2];
  const bool adam = at.values[3] == 1;
  const double loss = 0.3 * lr * lr + 2 / std::log2(units) + 0.5 / layers + (adam ? 0 : 0.2);
  const double seconds = 0.2 * std::sqrt(layers * units) * (adam ? 1.3 : 1);
  return {loss, seconds};
}

double training_most(const std::vector<double>& reference) {
  std::vector<std::vector<double>> rows;
  for (int layers = 1; layers <= 8; ++layers) {
    for (int units = 8; units <= 1024; ++units) {
      for (int opt = 0; opt < 2; ++opt) {
        rows.push_back(training({{std::pow(10, -2.5), static_cast<double>(layers),
                                  static_cast<double>(units), static_cast<double>(opt)}}));
      }
    }
  }
  return hypervolume(std::move(rows), reference);
}

}  // namespace

const std::vector<FrontFunction>& front_functions() {
  static const std::vector<FrontFunction> all = {
      {"zdt1", unit_cube(6), zdt1, {1.1, 4}, 1.1 * 4 - 1.0 / 3},
      {"training", training_space(), training, {2, 15}, training_most({2, 15})},
      {"dtlz2", unit_cube(5), dtlz2, {1.1, 1.1, 1.1}, 1.331 - std::numbers::pi / 6}};
  return all;
}

}  // namespace diwan::bench
