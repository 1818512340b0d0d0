// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/log_kernels.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace diwan {
namespace {

const std::vector<double> centre = {0, 1, -2, 30, 0.5};
const std::vector<double> inverse = {1, 2, 0.5, 1, 10};
const std::vector<double> log_scale = {0, -1, 2, 0, 3};

TEST(LogKernels, GiveTheLogarithmsOfNormals) {
  std::vector<double> out(centre.size());

  gauss_logs(0.7, {.centre = centre, .inverse = inverse, .log_scale = log_scale}, out);

  for (std::size_t i = 0; i < out.size(); ++i) {
    const double z = (0.7 - centre[i]) * inverse[i];
    EXPECT_DOUBLE_EQ(out[i], log_scale[i] - z * z / 2);
  }
}

TEST(LogKernels, GiveTheLogarithmsOfMasses) {
  std::vector<double> out(centre.size());

  mass_logs(0.6, 0.8, {.centre = centre, .inverse = inverse, .log_scale = log_scale}, out);

  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto tail = [&](double x) { return std::erfc(x / std::sqrt(2)) / 2; };
    const double a = (0.6 - centre[i]) * inverse[i];
    const double b = (0.8 - centre[i]) * inverse[i];
    const double mass = a > 0 ? tail(a) - tail(b) : tail(-b) - tail(-a);
    EXPECT_NEAR(out[i], log_scale[i] + std::log(mass), 1e-12 * std::fabs(out[i]) + 1e-13) << i;
  }
}

TEST(LogKernels, NeverTakeTheLogarithmOfNothing) {
  const double far = 1e6;
  const double one = 1;
  const double none = 0;
  double out = 0;

  mass_logs(0, 1, {.centre = {&far, 1}, .inverse = {&one, 1}, .log_scale = {&none, 1}}, {&out, 1});

  EXPECT_DOUBLE_EQ(out, std::log(1e-300));
}

TEST(LogKernels, AddWhatIsLookedUp) {
  const std::vector<double> table = {1, 10, 100};
  const std::vector<std::uint32_t> index = {2, 0, 0, 1};
  std::vector<double> terms = {1, 2, 3, 4};

  add_looked_up(table, index, terms);

  EXPECT_EQ(terms, (std::vector<double>{101, 3, 4, 14}));
}

TEST(LogKernels, SumExponentialsOfAnySize) {
  for (const double shift : {0.0, -5000.0, 3000.0}) {
    std::vector<double> terms;
    double sum = 0;
    for (int i = 0; i < 21; ++i) {
      terms.push_back(shift + i * 0.3);
      sum += std::exp(i * 0.3);
    }

    EXPECT_NEAR(log_sum_exp(terms), shift + std::log(sum), 1e-11);
  }
}

}  // namespace
}  // namespace diwan
