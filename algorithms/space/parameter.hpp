// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace diwan {

/// How mass is spread over a numeric domain; normal has mean (low+high)/2 and deviation
/// (high-low)/6, truncated to [low, high]; the log forms are the same in ln.
enum class Distribution { uniform, log_uniform, normal, log_normal };

/// A real interval. With a step its values are low + k*step <= high, rounded to the decimals that
/// low and step are written with (0.1, 0.2, 0.3, never 0.30000000000000004).
struct Real {
  double low = 0;
  double high = 1;
  std::optional<double> step = std::nullopt;
  Distribution distribution = Distribution::uniform;
  bool operator==(const Real&) const = default;
};

/// The integers low + k*step <= high. Bounds lie within +-2^53, so that a double holds each.
struct Integer {
  std::int64_t low = 0;
  std::int64_t high = 1;
  std::int64_t step = 1;
  Distribution distribution = Distribution::uniform;
  bool operator==(const Integer&) const = default;
};

/// Unordered texts.
struct Categorical {
  std::vector<std::string> choices;
  bool operator==(const Categorical&) const = default;
};

/// A finite set of numbers, kept with the texts they were written with (both in the file's order).
struct Discrete {
  std::vector<double> values;
  std::vector<std::string> texts;
  Distribution distribution = Distribution::uniform;
  bool operator==(const Discrete&) const = default;
};

using Domain = std::variant<Real, Integer, Categorical, Discrete>;

/// One dimension of the search space.
struct Parameter {
  std::string name;
  Domain domain;
  bool operator==(const Parameter&) const = default;
};

/// Is it a Real or an Integer, no list?
inline bool is_interval(const Parameter& parameter) {
  return std::holds_alternative<Real>(parameter.domain) ||
         std::holds_alternative<Integer>(parameter.domain);
}

}  // namespace diwan
