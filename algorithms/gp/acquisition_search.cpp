// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/acquisition_search.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "algorithms/space/elementary.hpp"
#include "algorithms/streams.hpp"

namespace diwan::gp {
namespace {

using Index = Eigen::Index;

// Uses of the stream, one for each kind of draw.
constexpr std::uint64_t scramble_draws = streams::gp;
constexpr std::uint64_t move_draws = streams::gp + 1;
constexpr std::uint64_t start_draws = streams::gp + 2;
constexpr std::uint64_t spread_draws = streams::gp + 3;
constexpr std::uint64_t wander_draws = streams::gp + 4;

/// Spaces of at most so many points are searched whole.
constexpr std::uint64_t most_enumerated = 4096;
/// Operations that may go into the exact values of candidates.
constexpr double screening_operations = 3e7;
constexpr std::size_t fewest_screened = 128;

bool better(const Candidate& a, const Candidate& b) {
  return a.value != b.value ? a.value > b.value : a.point < b.point;
}

void sort_distinct(std::vector<Candidate>& candidates) {
  std::sort(candidates.begin(), candidates.end(), better);
  const auto same = [](const Candidate& a, const Candidate& b) { return a.point == b.point; };
  candidates.erase(std::unique(candidates.begin(), candidates.end(), same), candidates.end());
}

}  // namespace

AcquisitionSearch::AcquisitionSearch(const ModelSpace& space, const SearchOptions& options,
                                     std::uint64_t seed)
    : space_(space), options_(options), seed_(seed) {
  if (space.dimensions() <= Sobol::most_dimensions) {
    sobol_.emplace(space.dimensions());
  }
}

AcquisitionSearch::Points AcquisitionSearch::spread(std::uint64_t index) const {
  Points points;
  const auto total = space_.space().cardinality();
  if (total && *total <= most_enumerated) {
    points.assign(1, std::vector<double>(space_.dimensions()));
    for (std::size_t d = 0; d < space_.dimensions(); ++d) {
      Points longer;
      for (const std::vector<double>& point : points) {
        for (const double value : space_.listed(d)) {
          longer.push_back(point);
          longer.back()[d] = value;
        }
      }
      points = std::move(longer);
    }
    return points;
  }
  Draw draw(seed_, sobol_ ? scramble_draws : spread_draws, index);
  std::vector<std::uint32_t> scrambles;
  for (std::size_t d = 0; d < space_.dimensions(); ++d) {
    scrambles.push_back(static_cast<std::uint32_t>(draw.bits()));
  }
  std::vector<double> unit(space_.dimensions());
  for (std::size_t i = 0; i < options_.candidates; ++i) {
    for (std::size_t d = 0; d < unit.size(); ++d) {
      unit[d] = sobol_ ? (owen_scrambled(sobol_->digits(d, i), scrambles[d]) + 0.5) * 0x1p-32
                       : draw.uniform();
    }
    points.push_back(space_.from_unit(unit));
  }
  return points;
}

void AcquisitionSearch::add_neighbours(const std::vector<double>& known, Points& points) const {
  constexpr std::ptrdiff_t most = 32;
  for (std::size_t d = 0; d < space_.dimensions(); ++d) {
    const std::vector<double>& listed = space_.listed(d);
    std::vector<double> values = {0.0, 1.0};
    if (!listed.empty()) {
      const auto here = std::lower_bound(listed.begin(), listed.end(), known[d]) - listed.begin();
      const auto size = static_cast<std::ptrdiff_t>(listed.size());
      const auto first = std::max<std::ptrdiff_t>(0, here - most / 2);
      values.assign(listed.begin() + first, listed.begin() + std::min(size, first + most));
    }
    for (const double value : values) {
      if (value != known[d]) {
        points.push_back(known);
        points.back()[d] = space_.snapped(d, value);
      }
    }
  }
}

void AcquisitionSearch::add_moved(const std::vector<double>& known, Draw& draw,
                                  Points& points) const {
  constexpr int moves = 24;
  const double share = std::min(1.0, 4.0 / static_cast<double>(space_.dimensions()));
  for (int i = 0; i < moves; ++i) {
    const double deviation = i % 2 == 0 ? 0.02 : 0.1;
    std::vector<double> moved = known;
    for (std::size_t d = 0; d < moved.size(); ++d) {
      if (draw.uniform() >= share) {
        continue;
      }
      if (space_.ordered(d)) {
        moved[d] = space_.snapped(d, std::clamp(moved[d] + deviation * draw.normal(), 0.0, 1.0));
      } else if (i % 2 != 0) {
        moved[d] = static_cast<double>(draw.below(space_.count(d)));
      }
    }
    points.push_back(std::move(moved));
  }
}

AcquisitionSearch::Points AcquisitionSearch::candidates(std::span<const std::vector<double>> known,
                                                        std::uint64_t index) const {
  Points points = spread(index);
  Draw draw(seed_, move_draws, index);
  for (std::size_t i = 0; i < known.size(); ++i) {
    add_moved(known[i], draw, points);
    if (i == 0) {
      add_neighbours(known[i], points);
    }
  }
  return points;
}

std::vector<Candidate> AcquisitionSearch::screened(const Acquisition& acquisition,
                                                   Points points) const {
  const double affordable = screening_operations / acquisition.cost();
  const auto most = static_cast<std::size_t>(
      std::max(static_cast<double>(fewest_screened), std::min(affordable, 1e6)));
  if (points.size() > most) {
    const Values rough = acquisition.rough_values(rows_of(points));
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return rough[static_cast<Index>(a)] > rough[static_cast<Index>(b)];
    });
    Points kept;
    for (std::size_t i = 0; i < most; ++i) {
      kept.push_back(std::move(points[order[i]]));
    }
    points = std::move(kept);
  }
  const Values values = acquisition.values(rows_of(points));
  std::vector<Candidate> result;
  for (std::size_t i = 0; i < points.size(); ++i) {
    result.push_back({.point = std::move(points[i]), .value = values[static_cast<Index>(i)]});
  }
  sort_distinct(result);
  return result;
}

std::vector<Candidate> AcquisitionSearch::starts(const std::vector<Candidate>& candidates,
                                                 std::span<const std::vector<double>> known,
                                                 std::uint64_t index) const {
  const std::size_t best = std::min(candidates.size(), (options_.starts + 1) / 2);
  std::vector<Candidate> result(candidates.begin(),
                                candidates.begin() + static_cast<std::ptrdiff_t>(best));
  if (!known.empty()) {
    result.push_back({.point = known.front(), .value = -1e300});
  }
  // The rest by chance, in proportion to exp(value).
  std::vector<double> weights;
  double total = 0;
  for (std::size_t i = best; i < candidates.size(); ++i) {
    weights.push_back(portable_exp(candidates[i].value - candidates.front().value));
    total += weights.back();
  }
  Draw draw(seed_, start_draws, index);
  while (result.size() < options_.starts && total > 0) {
    double rest = draw.uniform() * total;
    std::size_t pick = 0;
    while (pick + 1 < weights.size() && rest >= weights[pick]) {
      rest -= weights[pick];
      ++pick;
    }
    if (weights[pick] == 0) {
      break;
    }
    total -= weights[pick];
    weights[pick] = 0;
    result.push_back(candidates[best + pick]);
  }
  return result;
}

void AcquisitionSearch::wander(const Acquisition& acquisition, std::uint64_t index,
                               std::vector<Candidate>& candidates) const {
  constexpr int rounds = 4;
  constexpr std::size_t wanderers = 5;
  Draw draw(seed_, wander_draws, index);
  for (int round = 0; round < rounds; ++round) {
    Points points;
    for (std::size_t i = 0; i < std::min(wanderers, candidates.size()); ++i) {
      add_moved(candidates[i].point, draw, points);
    }
    const Values values = acquisition.values(rows_of(points));
    for (std::size_t i = 0; i < points.size(); ++i) {
      candidates.push_back({.point = std::move(points[i]), .value = values[static_cast<Index>(i)]});
    }
    sort_distinct(candidates);
  }
}

std::vector<Candidate> AcquisitionSearch::search(const Acquisition& acquisition,
                                                 std::span<const std::vector<double>> known,
                                                 std::uint64_t index) const {
  std::vector<Candidate> all = screened(acquisition, candidates(known, index));
  const auto total = space_.space().cardinality();
  if (!options_.climb || (total && *total <= most_enumerated)) {
    return all;
  }
  if (!acquisition.differentiable()) {
    wander(acquisition, index, all);
  }
  std::vector<Candidate> climbed = starts(all, known, index);
  climb(space_, acquisition, climbed);
  all.insert(all.end(), std::make_move_iterator(climbed.begin()),
             std::make_move_iterator(climbed.end()));
  sort_distinct(all);
  return all;
}

}  // namespace diwan::gp
