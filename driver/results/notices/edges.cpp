// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/notices/edges.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "driver/results/notices/slopes.hpp"

namespace diwan {
namespace {

constexpr std::size_t best_looked_at = 3;
constexpr std::size_t least_results = 20;
constexpr std::uint64_t least_values = 8;  ///< of a finite parameter
constexpr double edge_share = 0.01;        ///< of the axis

constexpr double least_surety = 5;  ///< t statistic

/// Positions of the least and the greatest value on the parameter's axis.
std::optional<std::pair<double, double>> ends(const SearchSpace& space, std::size_t parameter) {
  const Axis& axis = space.axis(parameter);
  if (is_interval(space.parameters()[parameter])) {
    return std::pair(axis.position(axis.value(axis.lower())),
                     axis.position(axis.value(axis.upper())));
  }
  if (const auto* discrete = std::get_if<Discrete>(&space.parameters()[parameter].domain)) {
    return std::pair(0.0, static_cast<double>(discrete->values.size()) - 1);
  }
  return std::nullopt;
}

/// From 0 at the lower bound to 1 at the upper one; in the middle where it is inactive.
double place_of(const SearchSpace& space, std::size_t parameter, double value) {
  const auto line = ends(space, parameter);
  if (!line || std::isnan(value) || line->first == line->second) {
    return 0.5;
  }
  return (space.axis(parameter).position(value) - line->first) / (line->second - line->first);
}

/// The columns of a model: the place of each parameter, from the middle; after these its square,
/// since a parameter whose best is inside would be blamed on others, and whether each category but
/// the first is there.
std::vector<double> columns_of(const SearchSpace& space, const Assignment& assignment) {
  std::vector<double> columns;
  for (std::size_t p = 0; p < space.size(); ++p) {
    columns.push_back(place_of(space, p, assignment.values.at(p)) - 0.5);
  }
  for (std::size_t p = 0; p < space.size(); ++p) {
    if (ends(space, p)) {
      columns.push_back(columns[p] * columns[p]);
    }
    if (const auto* list = std::get_if<Categorical>(&space.parameters()[p].domain)) {
      for (std::size_t choice = 1; choice < list->choices.size(); ++choice) {
        columns.push_back(assignment.values[p] == static_cast<double>(choice) ? 1 : 0);
      }
    }
  }
  return columns;
}

/// From 0 for the worst to 1 for the best; of equal losses each has the mean.
std::vector<double> ranks_of(const std::vector<double>& losses) {
  std::vector<double> sorted = losses;
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> ranks;
  for (const double loss : losses) {
    const auto [from, to] = std::equal_range(sorted.begin(), sorted.end(), loss);
    const auto before = static_cast<double>((from - sorted.begin()) + (to - sorted.begin())) / 2;
    ranks.push_back(1 - before / static_cast<double>(losses.size()));
  }
  return ranks;
}

}  // namespace

std::optional<Bound> bound_of(const SearchSpace& space, std::size_t parameter, double value) {
  const auto count = space.cardinality(parameter);
  if (!ends(space, parameter) || std::isnan(value) || (count && *count < least_values)) {
    return std::nullopt;
  }
  const double place = place_of(space, parameter, value);
  return place <= edge_share       ? std::optional(Bound::low)
         : place >= 1 - edge_share ? std::optional(Bound::high)
                                   : std::nullopt;
}

void Edges::take(const Candidate& candidate, Direction direction) {
  if (!best_.empty() && candidate.resource < best_.front().resource) {
    return;  // only trials at the highest resource compete
  }
  if (!best_.empty() && candidate.resource > best_.front().resource) {
    results_.clear();
    best_.clear();
  }
  const double value = candidate.objectives.front();
  results_.push_back(
      {.trial = candidate.number, .loss = direction == Direction::minimize ? value : -value});
  const auto place = std::find_if(best_.begin(), best_.end(), [&](const Candidate& other) {
    return comes_before(candidate, other, direction);
  });
  best_.insert(place, candidate);
  best_.resize(std::min(best_.size(), best_looked_at));
}

std::optional<Bound> Edges::bound_of_best(std::size_t parameter,
                                          const Experiment& experiment) const {
  std::optional<Bound> bound;
  for (const Candidate& candidate : best_) {
    const double value = experiment.trial(candidate.number).assignment.values.at(parameter);
    const auto here = bound_of(space_, parameter, value);
    if (!here || (bound && *bound != *here)) {
      return std::nullopt;
    }
    bound = here;
  }
  return bound;
}

std::vector<double> Edges::rises(const Experiment& experiment) const {
  constexpr std::size_t most_rows = 500;  // of more, some: a look is to cost next to nothing
  const std::size_t stride = (results_.size() + most_rows - 1) / most_rows;
  std::vector<std::vector<double>> rows;
  std::vector<double> losses;
  for (std::size_t i = 0; i < results_.size(); i += stride) {
    rows.push_back(columns_of(space_, experiment.trial(results_[i].trial).assignment));
    losses.push_back(results_[i].loss);
  }
  return slopes(rows, ranks_of(losses));
}

void Edges::add_notices(const Experiment& experiment, std::vector<SearchNotice>& notices) const {
  if (results_.size() < least_results) {
    return;
  }
  std::vector<double> rise;
  for (std::size_t p = 0; p < space_.size(); ++p) {
    const auto bound = bound_of_best(p, experiment);
    if (!bound || experiment.rules().resource == p) {
      continue;  // most of a resource is best by its meaning
    }
    rise = rise.empty() ? rises(experiment) : rise;
    const bool surely =
        !rise.empty() && (*bound == Bound::high ? rise[p] : -rise[p]) > least_surety;
    if (surely) {
      const double value = experiment.trial(best_.front().number).assignment.values[p];
      notices.push_back(
          {.kind = SearchNotice::Kind::edge,
           .subject = static_cast<std::uint32_t>(p),
           .text = "the best " + std::to_string(best_.size()) + " trials all have " +
                   space_.parameters()[p].name + " at its " +
                   (*bound == Bound::low ? "lower" : "upper") + " bound (#" +
                   std::to_string(best_.front().number) + ": " + space_.text(p, value) +
                   "), and results get better towards it: still better ones may lie beyond. If it "
                   "can be wider, search on in a new experiment with `--from` this one"});
    }
  }
}

}  // namespace diwan
