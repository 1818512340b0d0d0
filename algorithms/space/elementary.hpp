// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

namespace diwan {

// Elementary functions made of IEEE additions, multiplications, divisions and square roots alone,
// so that suggestions are bit for bit the same with every C library. Errors stay within about one
// unit in the last place where nothing else is said.

/// e^x; 0 below -708, infinity above 709.
double portable_exp(double x);

/// Natural logarithm of a positive, finite, normal number.
double portable_log(double x);

/// Standard normal distribution function, relative error below 1e-13 down to its underflow.
double normal_cdf(double x);

/// Inverse of the standard normal distribution function, relative error below 1e-13, p in (0,1).
double normal_quantile(double p);

}  // namespace diwan
