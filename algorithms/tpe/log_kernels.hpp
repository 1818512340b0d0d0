// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <span>

namespace diwan {

/// Normal kernels side by side: centre, 1 / deviation, and the logarithm of the factor of each.
struct LogKernels {
  std::span<const double> centre;
  std::span<const double> inverse;
  std::span<const double> log_scale;
};

/// out_i = log_scale_i - ((x - centre_i) inverse_i)^2 / 2
void gauss_logs(double x, const LogKernels& kernels, std::span<double> out);

/// out_i = log_scale_i + log(Phi((upper - centre_i) inverse_i) - Phi((lower - centre_i)
/// inverse_i)), each difference taken on the side of the smaller tails, and never below 1e-300.
void mass_logs(double lower, double upper, const LogKernels& kernels, std::span<double> out);

/// terms_i += table[index_i]
void add_looked_up(std::span<const double> table, std::span<const std::uint32_t> index,
                   std::span<double> terms);

/// terms_i += same where index_i is `chosen`, else other
void add_chosen(std::uint32_t chosen, double same, double other,
                std::span<const std::uint32_t> index, std::span<double> terms);

/// log(sum_i exp(terms_i)), summed in a fixed order of eight lanes; the terms are used up.
double log_sum_exp(std::span<double> terms);

}  // namespace diwan
