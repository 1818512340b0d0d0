// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/kernels.hpp"

#include <algorithm>
#include <array>

#include "algorithms/space/elementary_inline.hpp"
#include "algorithms/space/widest_vectors.hpp"

namespace diwan {
namespace {

constexpr std::size_t block = 256;
constexpr std::size_t lanes = 8;
using Terms = std::array<double, block>;

DIWAN_WIDEST_VECTORS void gauss_terms(double x, const double* centre, const double* inverse,
                                      const double* scale, double* term, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const double z = (x - centre[i]) * inverse[i];
    term[i] = scale[i] * inlined::exp(-0.5 * z * z);
  }
}

DIWAN_WIDEST_VECTORS void mass_terms(double lower, double upper, const double* centre,
                                     const double* inverse, const double* scale, double* term,
                                     std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const double a = (lower - centre[i]) * inverse[i];
    const double b = (upper - centre[i]) * inverse[i];
    term[i] = scale[i] * inlined::normal_mass(a, b);
  }
}

/// Sum of what `terms(first, n, out)` writes for the kernels first..first+n-1, block by block.
template <class Write>
double sum_of(std::size_t size, const Write& write) {
  std::array<double, lanes> sums{};
  Terms terms;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  for (std::size_t first = 0; first < size; first += block) {
    const std::size_t n = std::min(block, size - first);
    write(first, n, terms.data());
    const std::size_t padded = (n + lanes - 1) / lanes * lanes;
    std::fill(terms.data() + n, terms.data() + padded, 0.0);
    for (std::size_t i = 0; i < n; i += lanes) {
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        sums[lane] += terms[i + lane];
      }
    }
  }
  double total = 0;
  for (const double sum : sums) {
    total += sum;
  }
  return total;
}

}  // namespace

double gauss_sum(double x, const Kernels& kernels) {
  return sum_of(kernels.centre.size(), [&](std::size_t first, std::size_t n, double* out) {
    gauss_terms(x, kernels.centre.data() + first, kernels.inverse.data() + first,
                kernels.scale.data() + first, out, n);
  });
}

double mass_sum(double lower, double upper, const Kernels& kernels) {
  return sum_of(kernels.centre.size(), [&](std::size_t first, std::size_t n, double* out) {
    mass_terms(lower, upper, kernels.centre.data() + first, kernels.inverse.data() + first,
               kernels.scale.data() + first, out, n);
  });
}

}  // namespace diwan
