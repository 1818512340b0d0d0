// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "algorithms/rng.hpp"
#include "algorithms/space/axis.hpp"
#include "algorithms/tpe/kernel_line.hpp"

namespace diwan {

/// The kernels of one numeric parameter within joint ones: one for each different observation.
///
/// Deviation: observations of one value share its kernel, as wide as the distance to the further
/// different value [Bergstra et al. 2011: to the further observation, so that the deviations of
/// equal ones hang on the order in which they are sorted].
class NumericColumn {
 public:
  NumericColumn(const Axis& axis, const ParzenOptions& options);

  /// The number of the kernel at a value; `observations` are in the column then.
  std::uint32_t insert(double value, std::size_t observations);
  /// As insert() of each into an empty column, in one pass.
  std::vector<std::uint32_t> fill(std::span<const double> values);
  void erase(std::uint32_t kernel, std::size_t observations);

  /// Adds to each term the logarithm of its kernel's density, or mass of its cell, at a value.
  void add_logs(double value, std::span<const std::uint32_t> kernel_of,
                std::span<double> terms) const;
  double log_prior(double value) const;
  double sample(std::uint32_t kernel, Draw& draw) const;
  double sample_prior(Draw& draw) const;

 private:
  struct Placed {
    std::uint32_t kernel = 0;
    std::size_t rank = 0;  ///< among the sorted
    bool is_new = false;
  };
  Placed place(double value);
  void refresh(std::size_t first, std::size_t last);
  void clip(std::size_t observations);
  double log_scale(double inverse, const KernelLine::Span& span) const;

  Axis axis_;
  KernelLine line_;
  double least_ = 0;
  KernelLine::Span prior_span_;
  double prior_log_scale_;

  std::vector<std::uint32_t> sorted_;  ///< kernels by centre
  std::vector<std::uint32_t> free_;    ///< numbers that are not in use
  // By number.
  std::vector<double> centre_;
  std::vector<double> inverse_;
  std::vector<double> log_scale_;
  std::vector<KernelLine::Span> span_;
  std::vector<std::uint32_t> uses_;
  mutable std::vector<double> table_;  ///< working memory of add_logs()
};

/// The kernels of one categorical parameter within joint ones: kernel c gives its own choice one
/// part and every choice prior_weight / (n + 1) parts.
class ChoiceColumn {
 public:
  ChoiceColumn(const Axis& axis, const ParzenOptions& options);

  std::uint32_t insert(double value, std::size_t observations);
  std::vector<std::uint32_t> fill(std::span<const double> values);
  void erase(std::uint32_t kernel, std::size_t observations);

  void add_logs(double value, std::span<const std::uint32_t> kernel_of,
                std::span<double> terms) const;
  double log_prior(double value) const;
  double sample(std::uint32_t kernel, Draw& draw) const;
  double sample_prior(Draw& draw) const;

 private:
  void smooth(std::size_t observations);

  std::size_t choices_;
  double smoothing_;
  double own_ = 0;  ///< share of a kernel that is its own choice's, and no part of every choice's
  double log_own_ = 0;    ///< of the whole that its own choice has
  double log_other_ = 0;  ///< of what each other choice has
};

/// Density of several parameters together: a mixture of one product kernel for each observation
/// and one for the prior [Falkner et al. 2018; Watanabe 2023, section 3.3].
///
/// Inserting and erasing costs O(n) moves of memory and new deviations for the neighbours only.
class JointParzen {
 public:
  JointParzen(const std::vector<Axis>& axes, const ParzenOptions& options);

  std::size_t size() const { return weight_.size(); }
  /// Appends a kernel at an observation, one value for each axis.
  void insert(std::span<const double> values, double weight = 1);
  /// As insert() of each into an empty estimator, in one pass: observations one after the other,
  /// and the weight of each.
  void fill(std::span<const double> values, std::span<const double> weights);
  /// Takes a kernel out; the last one moves to its place.
  void erase(std::size_t kernel);
  /// Weight of the prior where it is not options.prior_weight.
  void weigh_prior(double weight) { prior_weight_ = weight; }

  /// Logarithm of the density at one value for each axis: a mass for parameters of finitely many
  /// values.
  double log_density(std::span<const double> values) const {
    return log_density(values, log_prior(values));
  }
  /// The same where log_prior() is known, which is equal for all estimators over the same axes.
  double log_density(std::span<const double> values, double log_prior) const;
  /// Logarithm of the prior's density alone.
  double log_prior(std::span<const double> values) const;
  /// Values drawn from the mixture, all from one kernel.
  void sample(Draw& draw, std::span<double> values) const;

 private:
  using Column = std::variant<NumericColumn, ChoiceColumn>;

  double prior_weight_;
  double weights_ = 0;  ///< exact, so in any order, for whole weights
  std::vector<Column> columns_;
  std::vector<std::vector<std::uint32_t>> kernel_of_;  ///< by column, then observation
  std::vector<double> weight_;
  std::vector<double> log_weight_;
  mutable std::vector<double> terms_;  ///< working memory of log_density()
};

}  // namespace diwan
