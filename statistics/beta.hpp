// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

namespace diwan::statistics {

/// Share of a beta distribution of parameters a, b > 0 that lies below x: the regularised
/// incomplete beta function, by its continued fraction [DLMF 8.17.22].
double beta_cdf(double x, double a, double b);
/// Its inverse, p in [0,1].
double beta_quantile(double p, double a, double b);

/// Distribution function of Student's t of so many degrees of freedom, which need not be whole.
double student_cdf(double t, double freedom);
/// Its inverse, p in (0,1).
double student_quantile(double p, double freedom);

}  // namespace diwan::statistics
