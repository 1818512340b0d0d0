// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

/// The bodies behind elementary.hpp for loops that a compiler is to vectorise: no branch, no table.
/// Include it only in libraries compiled with -ffp-contract=off, where the bits are to be portable.
namespace diwan::inlined {

inline constexpr double ln2_high = 0x1.62e42feep-1;  // few enough bits that n * ln2_high is exact
inline constexpr double ln2_low = 0x1.a39ef35793c76p-33;
inline constexpr double round_to_whole = 0x1.8p52;

/// e^x for -708 <= x <= 709, clamped outside, and exactly 0 below.
inline double exp(double x) {
  constexpr double log2_e = 1.4426950408889634;
  const double bounded = x < -708.0 ? -708.0 : (x > 709.0 ? 709.0 : x);
  // x = n ln 2 + r with |r| <= ln(2)/2; e^r by its Taylor series, below 2^-57 after the 13th power.
  const double shifted = bounded * log2_e + round_to_whole;
  const double n = shifted - round_to_whole;
  const double r = (bounded - n * ln2_high) - n * ln2_low;
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = 1.0 + (r + r * r * p);
  // The low bits of `shifted` are n: added to the exponent they multiply by 2^n.
  const std::uint64_t exponent = std::bit_cast<std::uint64_t>(shifted) << 52;
  const auto result = std::bit_cast<double>(std::bit_cast<std::uint64_t>(p) + exponent);
  return x < -708.0 ? 0.0 : result;
}

/// Natural logarithm of a positive normal number.
inline double log(double x) {
  // x = 2^k m with m in [sqrt(1/2), sqrt(2)).
  constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcdULL;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const std::uint64_t above = bits - sqrt_half;
  // k + 2^10 as the low bits of 2^52 + k + 2^10: few machines convert vectors of 64-bit integers.
  const std::uint64_t biased = (above + (std::uint64_t{1} << 62)) >> 52;
  const double k = std::bit_cast<double>(0x4330000000000000ULL | biased) - (0x1p52 + 0x1p10);
  const auto m = std::bit_cast<double>(bits - (above & 0xfff0000000000000ULL));
  // log m = 2 atanh(s), s = f / (2 + f); the odd series in s, regrouped around f to keep its bits.
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  double r = 2.0 / 23.0;
  r = r * z + 2.0 / 21.0;
  r = r * z + 2.0 / 19.0;
  r = r * z + 2.0 / 17.0;
  r = r * z + 2.0 / 15.0;
  r = r * z + 2.0 / 13.0;
  r = r * z + 2.0 / 11.0;
  r = r * z + 2.0 / 9.0;
  r = r * z + 2.0 / 7.0;
  r = r * z + 2.0 / 5.0;
  r = r * z + 2.0 / 3.0;
  r = r * z;
  const double half_square = 0.5 * f * f;
  return k * ln2_high - ((half_square - (s * (half_square + r) + k * ln2_low)) - f);
}

/// Standard normal distribution function.
inline double normal_cdf(double x) {
  // Q(a) = erfc(a / sqrt 2) / 2 for a = |x|. (1 + 2t) e^(t^2) erfc(t) is smooth in y = (t-4)/(t+4);
  // the polynomial is its Chebyshev fit of degree 23 on [-1, 1], relative error below 2e-16.
  constexpr std::array<double, 24> fit = {
      0x1.0967e527911a9p-30,  0x1.afe473b552685p-30,  -0x1.af097381d257bp-27,
      -0x1.1904891a069b4p-26, 0x1.cad9b27d6d663p-24,  0x1.31744dd9b56d0p-24,
      -0x1.b9339da7bf70bp-21, 0x1.400a0021a32f1p-22,  0x1.7f01a118598aep-18,
      -0x1.78a738afaf645p-17, -0x1.99551e5f87e20p-16, 0x1.3be12bafabe1fp-13,
      -0x1.a1df4a1e543bcp-13, -0x1.8d4aaa8fbedbcp-11, 0x1.49c672b9685cep-8,
      -0x1.0962386da3254p-6,  0x1.3079edf5d9d05p-5,   -0x1.0fb06dfee4790p-4,
      0x1.7fee004e16d41p-4,   -0x1.9ddb23c3e0c24p-4,  0x1.16ecefcfa5214p-4,
      0x1.f7f5df66fc17fp-7,   -0x1.1df1ad154a28ep-3,  0x1.3ba5916e9fd7fp+0};
  constexpr double half_root = 0.7071067811865476;
  const double size = x < 0 ? -x : x;
  const double t = size * half_root;
  const double y = (t - 4.0) / (t + 4.0);
  double p = fit[0];
  p = p * y + fit[1];
  p = p * y + fit[2];
  p = p * y + fit[3];
  p = p * y + fit[4];
  p = p * y + fit[5];
  p = p * y + fit[6];
  p = p * y + fit[7];
  p = p * y + fit[8];
  p = p * y + fit[9];
  p = p * y + fit[10];
  p = p * y + fit[11];
  p = p * y + fit[12];
  p = p * y + fit[13];
  p = p * y + fit[14];
  p = p * y + fit[15];
  p = p * y + fit[16];
  p = p * y + fit[17];
  p = p * y + fit[18];
  p = p * y + fit[19];
  p = p * y + fit[20];
  p = p * y + fit[21];
  p = p * y + fit[22];
  p = p * y + fit[23];
  const double tail = 0.5 * exp(-0.5 * size * size) * p / (1.0 + 2.0 * t);
  return x < 0 ? tail : 1.0 - tail;
}

/// What the standard normal distribution has between a and b, a <= b; a + b is finite.
inline double normal_mass(double a, double b) {
  // Phi(b) - Phi(a) = Phi(-a) - Phi(-b): near 0, not near 1, where digits would be lost.
  const bool flip = a + b > 0;
  const double from = flip ? -b : a;
  const double to = flip ? -a : b;
  return normal_cdf(to) - normal_cdf(from);
}

}  // namespace diwan::inlined
