// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "statistics/importance.hpp"

#include <algorithm>
#include <cmath>

#include "statistics/spread.hpp"

namespace diwan::statistics {
namespace {

constexpr std::size_t least_results = 30;
constexpr double least_explained = 0.3;

/// Shares that one set of coordinates has of the variance of each tree that has any.
class Fractions {
 public:
  explicit Fractions(std::span<const Partition> trees) {
    for (const Partition& tree : trees) {
      if (tree.variance() > 0) {
        trees_.push_back(&tree);
      }
    }
    for (const Partition* tree : trees_) {
      std::vector<double>& own = own_.emplace_back();
      for (std::size_t d = 0; d < tree->dimensions(); ++d) {
        own.push_back(tree->variance_of(d));
      }
    }
  }

  Spread of(std::size_t dimension) const {
    std::vector<double> fractions;
    for (std::size_t t = 0; t < trees_.size(); ++t) {
      fractions.push_back(own_[t][dimension] / trees_[t]->variance());
    }
    return spread_of(fractions);
  }

  /// Without what either makes by itself.
  Spread of(std::size_t first, std::size_t second) const {
    std::vector<double> fractions;
    for (std::size_t t = 0; t < trees_.size(); ++t) {
      const double both = trees_[t]->variance_of(first, second);
      const double rest = both - own_[t][first] - own_[t][second];  // below 0 by rounding alone
      fractions.push_back(std::max(rest, 0.0) / trees_[t]->variance());
    }
    return spread_of(fractions);
  }

 private:
  std::vector<const Partition*> trees_;
  std::vector<std::vector<double>> own_;  ///< by tree and coordinate
};

}  // namespace

Importance importance(const Landscape& landscape, const ImportanceOptions& options) {
  Importance result{.parameters = {},
                    .pairs = {},
                    .used = landscape.used(),
                    .left_out = landscape.left_out(),
                    .flat = landscape.flat(),
                    .explained = landscape.explained()};
  const gp::ModelSpace& coordinates = landscape.coordinates();
  for (std::size_t p = 0; p < landscape.space().size(); ++p) {
    result.parameters.push_back({.parameter = p});
  }
  if (landscape.flat()) {
    return result;
  }
  const Fractions fractions(landscape.partitions());
  std::vector<std::size_t> dimension_of(landscape.space().size(), coordinates.dimensions());
  for (std::size_t d = 0; d < coordinates.dimensions(); ++d) {
    const Spread spread = fractions.of(d);
    dimension_of[coordinates.parameter(d)] = d;
    result.parameters[coordinates.parameter(d)].mean = spread.mean;
    result.parameters[coordinates.parameter(d)].deviation = spread.deviation;
  }
  const auto stronger = [](const auto& left, const auto& right) { return left.mean > right.mean; };
  std::stable_sort(result.parameters.begin(), result.parameters.end(), stronger);

  const std::size_t paired =
      std::min({options.most_paired, result.parameters.size(), coordinates.dimensions()});
  for (std::size_t i = 0; i < paired; ++i) {
    for (std::size_t j = i + 1; j < paired; ++j) {
      const std::size_t first = result.parameters[i].parameter;
      const std::size_t second = result.parameters[j].parameter;
      if (dimension_of[first] < coordinates.dimensions() &&
          dimension_of[second] < coordinates.dimensions()) {
        const Spread spread = fractions.of(dimension_of[first], dimension_of[second]);
        result.pairs.push_back(
            {.first = first, .second = second, .mean = spread.mean, .deviation = spread.deviation});
      }
    }
  }
  std::stable_sort(result.pairs.begin(), result.pairs.end(), stronger);
  return result;
}

std::string left_out_note(const Importance& importance) {
  return importance.left_out == 0 ? ""
         : importance.left_out == 1
             ? "1 trial without a finite result is left out"
             : std::to_string(importance.left_out) + " trials without a finite result are left out";
}

std::vector<std::string> cautions(const Importance& importance) {
  std::vector<std::string> all;
  if (importance.flat) {
    all.emplace_back(importance.used < 2
                         ? "fewer than two results: nothing can be said to matter"
                         : "all results are equal, or all of one assignment: nothing can be said "
                           "to matter");
    return all;
  }
  if (importance.used < least_results) {
    all.push_back("only " + std::to_string(importance.used) + " results: below " +
                  std::to_string(least_results) + " importances are little more than guesses");
  }
  if (importance.explained && *importance.explained < least_explained) {
    const int percent = static_cast<int>(std::lround(100 * std::max(*importance.explained, 0.0)));
    all.push_back("the forest explains only " + std::to_string(percent) +
                  "% of the variance of results it was not grown from: noise, or too few trials");
  }
  return all;
}

}  // namespace diwan::statistics
