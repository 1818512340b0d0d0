// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/climb.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/gp/box_lbfgs.hpp"

namespace diwan::gp {
namespace {

using Index = Eigen::Index;

/// Above so many values a discrete coordinate is climbed like a continuous one, and then tries its
/// neighbours.
constexpr std::uint64_t most_tried = 16;

class Climb {
 public:
  Climb(const ModelSpace& space, const Acquisition& acquisition)
      : space_(space), acquisition_(acquisition) {
    for (std::size_t d = 0; d < space.dimensions(); ++d) {
      if (space.ordered(d) && (space.count(d) == 0 || space.count(d) > most_tried)) {
        smooth_.push_back(d);
      }
    }
    scales_.resize(static_cast<Index>(smooth_.size()));
    const Values lengths = acquisition.length_scales(static_cast<Index>(space.dimensions()));
    for (std::size_t i = 0; i < smooth_.size(); ++i) {
      scales_[static_cast<Index>(i)] = std::min(lengths[static_cast<Index>(smooth_[i])], 1.0);
    }
  }

  bool has_smooth() const { return !smooth_.empty() && acquisition_.differentiable(); }

  void along_smooth(std::vector<Candidate*>& candidates) const;
  /// Leaves only those that changed.
  void along_discrete(std::vector<Candidate*>& candidates) const;

 private:
  std::vector<double> alternatives(std::size_t dimension, double at) const;
  void place(Candidate& candidate, const Values& scaled) const;

  const ModelSpace& space_;
  const Acquisition& acquisition_;
  std::vector<std::size_t> smooth_;
  Values scales_;
};

void Climb::place(Candidate& candidate, const Values& scaled) const {
  for (std::size_t i = 0; i < smooth_.size(); ++i) {
    const auto at = static_cast<Index>(i);
    candidate.point[smooth_[i]] = std::clamp(scaled[at] * scales_[at], 0.0, 1.0);
  }
}

void Climb::along_smooth(std::vector<Candidate*>& candidates) const {
  const BoxLbfgsOptions options{.memory = 6,
                                .most_steps = 25,
                                .gradient_tolerance = 1e-3,
                                .value_tolerance = 1e-5,
                                .first_length = 0.2};
  const auto dimensions = static_cast<Index>(smooth_.size());
  std::vector<BoxLbfgs> searches;
  for (const Candidate* const candidate : candidates) {
    Values start(dimensions);
    for (Index i = 0; i < dimensions; ++i) {
      start[i] = candidate->point[smooth_[static_cast<std::size_t>(i)]] / scales_[i];
    }
    searches.emplace_back(start, Values::Zero(dimensions), scales_.inverse(), options);
  }
  for (;;) {
    std::vector<std::size_t> open;
    std::vector<std::vector<double>> trials;
    for (std::size_t i = 0; i < searches.size(); ++i) {
      if (!searches[i].done()) {
        open.push_back(i);
        place(*candidates[i], searches[i].trial());
        trials.push_back(candidates[i]->point);
      }
    }
    if (open.empty()) {
      break;
    }
    Rows gradients;
    const Values values = acquisition_.values_and_gradients(rows_of(trials), gradients);
    for (std::size_t i = 0; i < open.size(); ++i) {
      Values downhill(dimensions);
      for (Index d = 0; d < dimensions; ++d) {
        downhill[d] = -gradients(static_cast<Index>(i),
                                 static_cast<Index>(smooth_[static_cast<std::size_t>(d)])) *
                      scales_[d];
      }
      searches[open[i]].tell(-values[static_cast<Index>(i)], downhill);
    }
  }
  std::vector<std::vector<double>> ends;
  for (std::size_t i = 0; i < searches.size(); ++i) {
    place(*candidates[i], searches[i].best());
    for (const std::size_t d : smooth_) {
      candidates[i]->point[d] = space_.snapped(d, candidates[i]->point[d]);
    }
    ends.push_back(candidates[i]->point);
  }
  const Values values = acquisition_.values(rows_of(ends));
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    candidates[i]->value = values[static_cast<Index>(i)];
  }
}

std::vector<double> Climb::alternatives(std::size_t dimension, double at) const {
  const std::vector<double>& listed = space_.listed(dimension);
  if (listed.size() <= most_tried) {
    return listed;
  }
  // Neighbours one, two, four, ... values away.
  std::vector<double> result;
  const auto here = std::lower_bound(listed.begin(), listed.end(), at) - listed.begin();
  const auto size = static_cast<std::ptrdiff_t>(listed.size());
  for (std::ptrdiff_t away = 1; away < size; away *= 2) {
    for (const std::ptrdiff_t there : {here - away, here + away}) {
      if (there >= 0 && there < size) {
        result.push_back(listed[static_cast<std::size_t>(there)]);
      }
    }
  }
  return result;
}

void Climb::along_discrete(std::vector<Candidate*>& candidates) const {
  std::vector<bool> changed(candidates.size(), false);
  for (std::size_t d = 0; d < space_.dimensions(); ++d) {
    if (space_.listed(d).empty()) {
      continue;
    }
    std::vector<std::vector<double>> trials;
    std::vector<std::size_t> owners;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      for (const double value : alternatives(d, candidates[i]->point[d])) {
        if (value != candidates[i]->point[d]) {
          trials.push_back(candidates[i]->point);
          trials.back()[d] = value;
          owners.push_back(i);
        }
      }
    }
    if (trials.empty()) {
      continue;
    }
    const Values values = acquisition_.values(rows_of(trials));
    for (std::size_t t = 0; t < trials.size(); ++t) {
      Candidate& candidate = *candidates[owners[t]];
      if (values[static_cast<Index>(t)] > candidate.value) {
        candidate = {.point = trials[t], .value = values[static_cast<Index>(t)]};
        changed[owners[t]] = true;
      }
    }
  }
  std::vector<Candidate*> rest;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (changed[i]) {
      rest.push_back(candidates[i]);
    }
  }
  candidates = std::move(rest);
}

}  // namespace

Rows rows_of(const std::vector<std::vector<double>>& points) {
  const auto columns = static_cast<Index>(points.empty() ? 0 : points.front().size());
  Rows rows(static_cast<Index>(points.size()), columns);
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::copy(points[i].begin(), points[i].end(), rows.data() + static_cast<Index>(i) * columns);
  }
  return rows;
}

void climb(const ModelSpace& space, const Acquisition& acquisition,
           std::vector<Candidate>& candidates) {
  constexpr int most_rounds = 3;
  const Climb climber(space, acquisition);
  std::vector<Candidate*> moving;
  moving.reserve(candidates.size());
  for (Candidate& candidate : candidates) {
    moving.push_back(&candidate);
  }
  for (int round = 0; round < most_rounds && !moving.empty(); ++round) {
    if (climber.has_smooth()) {
      climber.along_smooth(moving);
    }
    climber.along_discrete(moving);
  }
}

}  // namespace diwan::gp
