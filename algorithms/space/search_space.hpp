// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/space/assignment.hpp"
#include "algorithms/space/axis.hpp"
#include "algorithms/space/parameter.hpp"
#include "algorithms/space/shortest.hpp"

namespace diwan {

/// The parameters of an experiment in their order, and the one place that codes an Assignment as a
/// point of the unit cube, as texts and back.
class SearchSpace {
 public:
  SearchSpace() = default;
  /// @throws std::invalid_argument for a duplicate name, low > high, an empty list, a step <= 0, a
  ///   log distribution over values <= 0 or a bound that is not finite; the text names the
  ///   parameter.
  explicit SearchSpace(std::vector<Parameter> parameters);

  const std::vector<Parameter>& parameters() const { return parameters_; }
  std::size_t size() const { return parameters_.size(); }
  std::optional<std::size_t> index_of(std::string_view name) const;
  /// Where the values of one parameter lie on a line.
  const Axis& axis(std::size_t parameter) const { return axes_.at(parameter); }

  /// Number of different assignments; nothing when a Real without step makes it infinite or it
  /// exceeds 2^63.
  std::optional<std::uint64_t> cardinality() const;
  /// Number of different values of one parameter; nothing when infinite.
  std::optional<std::uint64_t> cardinality(std::size_t parameter) const;

  /// Coordinates in [0,1], one per parameter (0.5 where inactive). Integers, steps and discretes
  /// are widened by half a step on both sides, so that all values have equal mass under decode;
  /// log and normal distributions are undone, so that uniform points decode to the distribution.
  std::vector<double> encode(const Assignment& assignment) const;
  /// Assignment at a point of the unit cube; coordinates outside [0,1] are clamped.
  Assignment decode(std::span<const double> unit) const;
  /// The i-th value of a finite parameter, in ascending (lists: the file's) order.
  double value_at(std::size_t parameter, std::uint64_t index) const;

  /// The exact text given to a trial: shortest round-trip decimal for Real, decimal for Integer,
  /// the list's own text for Categorical and Discrete, nothing for an inactive value.
  std::string text(std::size_t parameter, double value) const;
  /// The value that `text` stands for, if it lies in the parameter's domain (a number is taken in
  /// any notation; steps within rounding).
  std::optional<double> parse(std::size_t parameter, std::string_view text) const;
  /// Does a value lie in the domain of a parameter? An inactive one lies in none.
  bool contains(std::size_t parameter, double value) const;
  /// Has it one value for each parameter, each in its domain or inactive?
  bool contains(const Assignment& assignment) const;

  bool operator==(const SearchSpace&) const = default;

 private:
  std::vector<Parameter> parameters_;
  std::vector<Axis> axes_;
};

}  // namespace diwan
