// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/search_space.hpp"

#include <charconv>
#include <cmath>
#include <set>
#include <stdexcept>
#include <utility>

namespace diwan {
namespace {

/// A whole text as a number: an optional sign, then what from_chars takes.
std::optional<double> number(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') {
    text.remove_prefix(1);
  }
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

bool is_index(double value, std::size_t count) {
  return value >= 0 && value < static_cast<double>(count) && std::floor(value) == value;
}

/// The value of a finite numeric domain that `given` is, up to the rounding of its text.
std::optional<double> on_grid(const Axis& axis, double given, double low, double step) {
  const double last = static_cast<double>(*axis.count() - 1);
  const double k = std::round((given - low) / step);
  if (!(k >= 0 && k <= last)) {
    return std::nullopt;
  }
  const double value = axis.value_at(static_cast<std::uint64_t>(k));
  const double slack = 1e-9 * step + 1e-15 * std::fabs(value);
  return std::fabs(given - value) <= slack ? std::optional(value) : std::nullopt;
}

struct Parse {
  const Axis& axis;
  std::string_view text;

  std::optional<double> operator()(const Real& real) const {
    const std::optional<double> given = number(text);
    if (!given) {
      return std::nullopt;
    }
    if (real.step) {
      return on_grid(axis, *given, real.low, *real.step);
    }
    return *given >= real.low && *given <= real.high ? given : std::nullopt;
  }
  std::optional<double> operator()(const Integer& integer) const {
    const std::optional<double> given = number(text);
    if (!given || std::floor(*given) != *given) {
      return std::nullopt;
    }
    return on_grid(axis, *given, static_cast<double>(integer.low),
                   static_cast<double>(integer.step));
  }
  std::optional<double> operator()(const Categorical& categorical) const {
    return index(categorical.choices);
  }
  std::optional<double> operator()(const Discrete& discrete) const {
    if (const std::optional<double> exact = index(discrete.texts)) {
      return exact;
    }
    const std::optional<double> given = number(text);
    for (std::size_t i = 0; given && i < discrete.values.size(); ++i) {
      if (discrete.values[i] == *given) {
        return static_cast<double>(i);
      }
    }
    return std::nullopt;
  }

 private:
  std::optional<double> index(const std::vector<std::string>& texts) const {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (texts[i] == text) {
        return static_cast<double>(i);
      }
    }
    return std::nullopt;
  }
};

struct Contains {
  const Axis& axis;
  double value;

  bool operator()(const Real& real) const {
    if (!(value >= real.low && value <= real.high)) {
      return false;
    }
    return !real.step || axis.value_at(axis.index_of(value)) == value;
  }
  bool operator()(const Integer& integer) const {
    return value >= static_cast<double>(integer.low) &&
           value <= static_cast<double>(integer.high) && std::floor(value) == value &&
           axis.value_at(axis.index_of(value)) == value;
  }
  bool operator()(const Categorical& categorical) const {
    return is_index(value, categorical.choices.size());
  }
  bool operator()(const Discrete& discrete) const {
    return is_index(value, discrete.values.size());
  }
};

struct Text {
  double value;

  std::string operator()(const Real& /*real*/) const { return shortest(value); }
  std::string operator()(const Integer& /*integer*/) const {
    return std::to_string(static_cast<std::int64_t>(value));
  }
  std::string operator()(const Categorical& categorical) const {
    return categorical.choices.at(static_cast<std::size_t>(value));
  }
  std::string operator()(const Discrete& discrete) const {
    return discrete.texts.at(static_cast<std::size_t>(value));
  }
};

}  // namespace

SearchSpace::SearchSpace(std::vector<Parameter> parameters) : parameters_(std::move(parameters)) {
  std::set<std::string_view> names;
  axes_.reserve(parameters_.size());
  for (const Parameter& parameter : parameters_) {
    const std::string where = "parameter \"" + parameter.name + "\": ";
    if (parameter.name.empty()) {
      throw std::invalid_argument(where + "its name is empty; give it one");
    }
    if (!names.insert(parameter.name).second) {
      throw std::invalid_argument(where +
                                  "its name is taken by an earlier one; rename one of them");
    }
    try {
      axes_.emplace_back(parameter.domain);
    } catch (const std::invalid_argument& problem) {
      throw std::invalid_argument(where + problem.what());
    }
  }
}

std::optional<std::size_t> SearchSpace::index_of(std::string_view name) const {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].name == name) {
      return i;
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> SearchSpace::cardinality() const {
  constexpr std::uint64_t most = std::uint64_t{1} << 63;
  std::uint64_t product = 1;
  for (const Axis& axis : axes_) {
    const std::optional<std::uint64_t> count = axis.count();
    if (!count || *count > most / product) {
      return std::nullopt;
    }
    product *= *count;
  }
  return product;
}

std::optional<std::uint64_t> SearchSpace::cardinality(std::size_t parameter) const {
  return axes_.at(parameter).count();
}

std::vector<double> SearchSpace::encode(const Assignment& assignment) const {
  std::vector<double> unit(axes_.size());
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    unit[i] = axes_[i].encode(assignment.values.at(i));
  }
  return unit;
}

Assignment SearchSpace::decode(std::span<const double> unit) const {
  if (unit.size() != axes_.size()) {
    throw std::invalid_argument("a point of " + std::to_string(unit.size()) +
                                " coordinates in a space of " + std::to_string(axes_.size()));
  }
  Assignment assignment;
  assignment.values.reserve(axes_.size());
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    assignment.values.push_back(axes_[i].decode(unit[i]));
  }
  return assignment;
}

double SearchSpace::value_at(std::size_t parameter, std::uint64_t index) const {
  return axes_.at(parameter).value_at(index);
}

std::string SearchSpace::text(std::size_t parameter, double value) const {
  const Domain& domain = parameters_.at(parameter).domain;
  return std::isnan(value) ? std::string() : std::visit(Text{.value = value}, domain);
}

std::optional<double> SearchSpace::parse(std::size_t parameter, std::string_view text) const {
  return std::visit(Parse{.axis = axes_.at(parameter), .text = text},
                    parameters_[parameter].domain);
}

bool SearchSpace::contains(std::size_t parameter, double value) const {
  return std::visit(Contains{.axis = axes_.at(parameter), .value = value},
                    parameters_[parameter].domain);
}

bool SearchSpace::contains(const Assignment& assignment) const {
  if (assignment.values.size() != axes_.size()) {
    return false;
  }
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    const double value = assignment.values[i];
    if (!std::isnan(value) && !contains(i, value)) {
      return false;
    }
  }
  return true;
}

}  // namespace diwan
