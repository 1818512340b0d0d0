// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "statistics/marginal.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>

#include "statistics/spread.hpp"

namespace diwan::statistics {
namespace {

/// The coordinate of a parameter; nothing for one of a single value.
std::optional<std::size_t> dimension_of(const gp::ModelSpace& coordinates, std::size_t parameter) {
  for (std::size_t d = 0; d < coordinates.dimensions(); ++d) {
    if (coordinates.parameter(d) == parameter) {
      return d;
    }
  }
  return std::nullopt;
}

/// The cell of each value in a tree's coordinate; the only one of no coordinate.
std::vector<std::size_t> cells_of(const Landscape& landscape, const Partition& tree,
                                  std::size_t parameter, std::optional<std::size_t> dimension,
                                  const std::vector<double>& values) {
  std::vector<std::size_t> cells(values.size());
  const Axis& axis = landscape.space().axis(parameter);
  for (std::size_t i = 0; dimension && i < values.size(); ++i) {
    const double place = axis.ordered() ? axis.encode(values[i]) : values[i];
    cells[i] = tree.cell_of(landscape.coordinates(), *dimension, place);
  }
  return cells;
}

/// Means and deviations over the trees, of `count` numbers that each tree gives.
template <class Numbers>
void spread_over_trees(const Landscape& landscape, std::size_t count, Numbers numbers,
                       std::vector<double>& mean, std::vector<double>& deviation) {
  std::vector<std::vector<double>> by_place(count);
  for (const Partition& tree : landscape.partitions()) {
    const std::vector<double> given = numbers(tree);
    for (std::size_t i = 0; i < count; ++i) {
      by_place[i].push_back(tree.mean() + given[i]);
    }
  }
  for (const std::vector<double>& all : by_place) {
    const Spread spread = spread_of(all);
    mean.push_back(landscape.centre() + landscape.scale() * spread.mean);
    deviation.push_back(landscape.scale() * spread.deviation);
  }
}

}  // namespace

std::vector<double> values_along(const SearchSpace& space, std::size_t parameter,
                                 std::size_t most) {
  const Axis& axis = space.axis(parameter);
  const auto count = axis.count();
  std::vector<double> values;
  if (!axis.ordered() || (count && *count <= most)) {
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(*count, most); ++i) {
      values.push_back(axis.value_at(i));
    }
    std::sort(values.begin(), values.end(),
              [&](double a, double b) { return axis.position(a) < axis.position(b); });
    return values;
  }
  for (std::size_t i = 0; i < most; ++i) {
    const double share = most > 1 ? static_cast<double>(i) / static_cast<double>(most - 1) : 0.5;
    const double value = axis.value(axis.lower() + share * axis.width());
    if (values.empty() || values.back() != value) {
      values.push_back(value);
    }
  }
  return values;
}

Curve curve_of(const Landscape& landscape, std::size_t parameter, std::size_t most_values) {
  Curve curve{.parameter = parameter,
              .values = values_along(landscape.space(), parameter, most_values),
              .mean = {},
              .deviation = {}};
  const auto dimension = dimension_of(landscape.coordinates(), parameter);
  spread_over_trees(
      landscape, curve.values.size(),
      [&](const Partition& tree) {
        const auto cells = cells_of(landscape, tree, parameter, dimension, curve.values);
        const auto means = dimension ? tree.marginal(*dimension) : std::vector<double>(1);
        std::vector<double> given(cells.size());
        std::transform(cells.begin(), cells.end(), given.begin(),
                       [&](std::size_t cell) { return means[cell]; });
        return given;
      },
      curve.mean, curve.deviation);
  return curve;
}

Surface surface_of(const Landscape& landscape, std::size_t first, std::size_t second,
                   std::size_t most_values) {
  if (first == second) {
    throw std::invalid_argument("a surface is over two parameters, not twice over parameter " +
                                std::to_string(first));
  }
  Surface surface{.first = first,
                  .second = second,
                  .first_values = values_along(landscape.space(), first, most_values),
                  .second_values = values_along(landscape.space(), second, most_values),
                  .mean = {},
                  .deviation = {}};
  const auto up = dimension_of(landscape.coordinates(), first);
  const auto across = dimension_of(landscape.coordinates(), second);
  spread_over_trees(
      landscape, surface.first_values.size() * surface.second_values.size(),
      [&](const Partition& tree) {
        const auto rows = cells_of(landscape, tree, first, up, surface.first_values);
        const auto columns = cells_of(landscape, tree, second, across, surface.second_values);
        const auto means = up && across ? tree.marginal(*up, *across)
                           : up         ? tree.marginal(*up)
                           : across     ? tree.marginal(*across)
                                        : std::vector<double>(1);
        const std::size_t stride = across ? tree.shares(*across).size() : 1;
        std::vector<double> given;
        for (const std::size_t row : rows) {
          for (const std::size_t column : columns) {
            given.push_back(means[row * stride + column]);
          }
        }
        return given;
      },
      surface.mean, surface.deviation);
  return surface;
}

}  // namespace diwan::statistics
