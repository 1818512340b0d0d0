// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "algorithms/space/decimal_grid.hpp"
#include "algorithms/space/parameter.hpp"

namespace diwan {

/// The line on which the values of one domain lie, and where.
///
/// Numbers lie at their value, or at its logarithm where the distribution is a log form; discretes
/// at their rank, categoricals at their index. A domain of single values is widened by half a step
/// at both ends, so that each value owns a cell of the line (log: never further than half of low).
class Axis {
 public:
  /// Part of the line that belongs to one value.
  struct Cell {
    double lower = 0;
    double upper = 0;
    bool operator==(const Cell&) const = default;
  };

  /// @throws std::invalid_argument as SearchSpace, without the parameter's name.
  explicit Axis(const Domain& domain);

  /// Number of values; nothing when infinite.
  std::optional<std::uint64_t> count() const;
  /// Do neighbours on the line resemble each other? Not for categoricals.
  bool ordered() const { return kind_ != Kind::choice; }
  /// Do numbers lie at their logarithm?
  bool logarithmic() const { return logarithmic_; }

  /// Ends of the widened line.
  double lower() const { return lower_; }
  double upper() const { return upper_; }
  double width() const { return upper_ - lower_; }
  /// Mean and deviation of a normal distribution on the line; nothing for uniform ones.
  bool normal() const { return normal_; }
  double mean() const { return mean_; }
  double deviation() const { return deviation_; }

  /// Position of a value of the domain on the line.
  double position(double value) const;
  /// The value at a position: rounded to the nearest value in the domain's own scale and clamped.
  double value(double position) const;
  /// The cell of a value of a finite domain.
  Cell cell(double value) const;
  /// Share of the domain's distribution that lies below a position of the line.
  double share_below(double position) const;

  /// Coordinate in [0,1] of a value and back; a uniform coordinate gives the domain's distribution.
  double encode(double value) const;
  double decode(double unit) const;

  /// The i-th value of a finite domain, ascending (lists: in the file's order), and back.
  double value_at(std::uint64_t index) const;
  std::uint64_t index_of(double value) const;

  bool operator==(const Axis&) const = default;

 private:
  enum class Kind { interval, real_grid, integer_grid, ranks, choice };

  void place(const Real& real);
  void place(const Integer& integer);
  void place(const Categorical& categorical);
  void place(const Discrete& discrete);
  void spread(Distribution distribution, double low, double high);
  std::uint64_t nearest(double value) const;

  Kind kind_ = Kind::interval;
  bool logarithmic_ = false;
  bool normal_ = false;
  double low_ = 0;
  double high_ = 0;
  double half_step_ = 0;
  double lower_ = 0;
  double upper_ = 0;
  double mean_ = 0;
  double deviation_ = 0;
  double mass_lower_ = 0;  ///< distribution function of the normal at both ends of the line
  double mass_upper_ = 1;
  std::uint64_t count_ = 0;
  std::int64_t first_ = 0;
  std::int64_t stride_ = 1;
  DecimalGrid grid_;
  std::vector<std::uint32_t> rank_of_;  ///< of a discrete's index
  std::vector<std::uint32_t> at_rank_;  ///< index of a discrete's rank
};

}  // namespace diwan
