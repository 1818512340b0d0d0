// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/log_kernels.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "algorithms/space/elementary_inline.hpp"
#include "algorithms/space/widest_vectors.hpp"

namespace diwan {
namespace {

constexpr std::size_t lanes = 8;

DIWAN_WIDEST_VECTORS void write_gauss(double x, const double* centre, const double* inverse,
                                      const double* log_scale, double* out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const double z = (x - centre[i]) * inverse[i];
    out[i] = log_scale[i] - 0.5 * z * z;
  }
}

DIWAN_WIDEST_VECTORS void write_mass(double lower, double upper, const double* centre,
                                     const double* inverse, const double* log_scale, double* out,
                                     std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const double a = (lower - centre[i]) * inverse[i];
    const double b = (upper - centre[i]) * inverse[i];
    const double mass = inlined::normal_mass(a, b);
    out[i] = log_scale[i] + inlined::log(mass > 1e-300 ? mass : 1e-300);
  }
}

DIWAN_WIDEST_VECTORS void write_looked_up(const double* table, const std::uint32_t* index,
                                          double* terms, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    terms[i] += table[index[i]];
  }
}

DIWAN_WIDEST_VECTORS void write_chosen(std::uint32_t chosen, double same, double other,
                                       const std::uint32_t* index, double* terms, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    terms[i] += index[i] == chosen ? same : other;
  }
}

DIWAN_WIDEST_VECTORS double greatest(const double* terms, std::size_t n) {
  double most = terms[0];
  for (std::size_t i = 1; i < n; ++i) {
    most = terms[i] > most ? terms[i] : most;
  }
  return most;
}

DIWAN_WIDEST_VECTORS void write_exp(double most, double* terms, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    terms[i] = inlined::exp(terms[i] - most);
  }
}

}  // namespace

void gauss_logs(double x, const LogKernels& kernels, std::span<double> out) {
  write_gauss(x, kernels.centre.data(), kernels.inverse.data(), kernels.log_scale.data(),
              out.data(), out.size());
}

void mass_logs(double lower, double upper, const LogKernels& kernels, std::span<double> out) {
  write_mass(lower, upper, kernels.centre.data(), kernels.inverse.data(), kernels.log_scale.data(),
             out.data(), out.size());
}

void add_looked_up(std::span<const double> table, std::span<const std::uint32_t> index,
                   std::span<double> terms) {
  write_looked_up(table.data(), index.data(), terms.data(), terms.size());
}

void add_chosen(std::uint32_t chosen, double same, double other,
                std::span<const std::uint32_t> index, std::span<double> terms) {
  write_chosen(chosen, same, other, index.data(), terms.data(), terms.size());
}

double log_sum_exp(std::span<double> terms) {
  const double most = greatest(terms.data(), terms.size());
  write_exp(most, terms.data(), terms.size());
  std::array<double, lanes> sums{};
  for (std::size_t i = 0; i < terms.size(); ++i) {
    sums[i % lanes] += terms[i];
  }
  double total = 0;
  for (const double sum : sums) {
    total += sum;
  }
  return most + inlined::log(total);
}

}  // namespace diwan
