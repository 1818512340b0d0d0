// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "bench/search/functions.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace diwan::bench {
namespace {

using std::numbers::pi;

SearchSpace cube(std::size_t dimensions, double low, double high) {
  std::vector<Parameter> parameters;
  for (std::size_t d = 0; d < dimensions; ++d) {
    parameters.push_back({"x" + std::to_string(d + 1), Real{.low = low, .high = high}});
  }
  return SearchSpace(parameters);
}

double square(double x) { return x * x; }

double branin(const Assignment& at) {
  const double x = at.values[0];
  const double y = at.values[1];
  return square(y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6) +
         10 * (1 - 1 / (8 * pi)) * std::cos(x) + 10;
}

double hartmann6(const Assignment& at) {
  constexpr std::array<double, 4> c = {1.0, 1.2, 3.0, 3.2};
  constexpr std::array<std::array<double, 6>, 4> a = {{{10, 3, 17, 3.5, 1.7, 8},
                                                       {0.05, 10, 17, 0.1, 8, 14},
                                                       {3, 3.5, 1.7, 10, 17, 8},
                                                       {17, 8, 0.05, 10, 0.1, 14}}};
  constexpr std::array<std::array<double, 6>, 4> p = {
      {{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
       {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
       {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
       {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}}};
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    double exponent = 0;
    for (std::size_t d = 0; d < 6; ++d) {
      exponent += a.at(i).at(d) * square(at.values[d] - p.at(i).at(d));
    }
    sum -= c.at(i) * std::exp(-exponent);
  }
  return sum;
}

/// The optimum lies off the centre by these parts of the half-width.
constexpr std::array<double, 10> shift = {0.271,  -0.183, 0.094,  -0.322, 0.211,
                                          -0.067, 0.305,  -0.249, 0.142,  -0.118};

double ackley10(const Assignment& at) {
  double squares = 0;
  double cosines = 0;
  for (std::size_t d = 0; d < 10; ++d) {
    const double x = at.values[d] - 32.768 * shift.at(d);
    squares += x * x / 10;
    cosines += std::cos(2 * pi * x) / 10;
  }
  return -20 * std::exp(-0.2 * std::sqrt(squares)) - std::exp(cosines) + 20 + std::numbers::e;
}

double rastrigin10(const Assignment& at) {
  double sum = 100;
  for (std::size_t d = 0; d < 10; ++d) {
    const double x = at.values[d] - 5.12 * shift.at(d);
    sum += x * x - 10 * std::cos(2 * pi * x);
  }
  return sum;
}

double rosen10(const Assignment& at) {
  double sum = 0;
  for (std::size_t d = 0; d + 1 < 10; ++d) {
    sum += 100 * square(at.values[d + 1] - square(at.values[d])) + square(1 - at.values[d]);
  }
  return std::log10(1 + sum);
}

double levy10(const Assignment& at) {
  const auto w = [&](std::size_t d) { return 1 + (at.values[d] - 1) / 4; };
  double sum = square(std::sin(pi * w(0)));
  for (std::size_t d = 0; d + 1 < 10; ++d) {
    sum += square(w(d) - 1) * (1 + 10 * square(std::sin(pi * w(d) + 1)));
  }
  return sum + square(w(9) - 1) * (1 + square(std::sin(2 * pi * w(9))));
}

SearchSpace training9() {
  return SearchSpace(
      {{"lr", Real{.low = 1e-5, .high = 1, .distribution = Distribution::log_uniform}},
       {"decay", Real{.low = 1e-6, .high = 0.1, .distribution = Distribution::log_uniform}},
       {"momentum", Real{.low = 0, .high = 1}},
       {"dropout", Real{.low = 0, .high = 0.7}},
       {"layers", Integer{.low = 1, .high = 8}},
       {"units", Integer{.low = 8, .high = 1024, .distribution = Distribution::log_uniform}},
       {"batch", Integer{.low = 16, .high = 256, .step = 16}},
       {"optimizer", Categorical{{"sgd", "adam", "rmsprop"}}},
       {"activation", Categorical{{"relu", "tanh", "elu", "gelu"}}}});
}

/// A made-up training problem: the best learning rate hangs on optimizer and batch, the best decay
/// on the number of units, dropout pays for large networks only; some optima are at bounds.
double mixed9(const Assignment& at) {
  const std::vector<double>& x = at.values;
  constexpr std::array<double, 3> best_rate = {-1.0, -2.7, -3.2};
  constexpr std::array<double, 3> optimizer = {0.06, 0.0, 0.03};
  constexpr std::array<double, 4> activation = {0.01, 0.08, 0.03, 0.0};
  const auto kind = static_cast<std::size_t>(x[7]);
  const double units = std::log2(x[5]) / 10;  // 0.3 .. 1
  const double rate = std::log10(x[0]) - best_rate.at(kind) - 0.5 * std::log10(x[6] / 64);
  const double decay = std::log10(x[1]) + 5 - 2 * units;
  double loss = optimizer.at(kind) + activation.at(static_cast<std::size_t>(x[8]));
  loss += 0.25 * square(rate) / (1 + 0.1 * square(rate));
  loss += 0.02 * square(decay);
  loss += kind == 0 ? 0.3 * square(x[2] - 0.9) : 0.05 * square(x[2] - 0.6);
  loss += 0.4 * square(x[3] - 0.5 * units) * units;
  loss += 0.02 * std::abs(x[4] - 3 - (kind == 0 ? 0 : 1));
  loss += 0.3 * square(1 - units);
  loss += 0.0002 * (x[6] - 16) / 16;
  return loss;
}

}  // namespace

const std::vector<Function>& functions() {
  static const std::vector<Function> all = {
      {"branin",
       SearchSpace({{"x", Real{.low = -5, .high = 10}}, {"y", Real{.low = 0, .high = 15}}}), branin,
       0.397887},
      {"hartmann6", cube(6, 0, 1), hartmann6, -3.32237},
      {"ackley10", cube(10, -32.768, 32.768), ackley10, 0},
      {"rastrigin10", cube(10, -5.12, 5.12), rastrigin10, 0},
      {"rosen10", cube(10, -2.048, 2.048), rosen10, 0},
      {"levy10", cube(10, -10, 10), levy10, 0},
      {"mixed9", training9(), mixed9, 0},
  };
  return all;
}

SearchSpace mixed10() {
  return SearchSpace(
      {{"f1", Real{.low = -5, .high = 5}},
       {"f2", Real{.low = 0, .high = 1}},
       {"f3", Real{.low = 1e-5, .high = 1, .distribution = Distribution::log_uniform}},
       {"f4", Real{.low = 1e-6, .high = 0.1, .distribution = Distribution::log_uniform}},
       {"i1", Integer{.low = 1, .high = 10}},
       {"i2", Integer{.low = 8, .high = 1024, .distribution = Distribution::log_uniform}},
       {"i3", Integer{.low = 16, .high = 256, .step = 16}},
       {"c1", Categorical{{"a", "b", "c"}}},
       {"c2", Categorical{{"a", "b"}}},
       {"c3", Categorical{{"a", "b", "c", "d"}}}});
}

}  // namespace diwan::bench
