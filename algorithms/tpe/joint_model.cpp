// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/joint_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "algorithms/rng.hpp"
#include "algorithms/streams.hpp"

namespace diwan {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

/// The values of some parameters; false if one is missing.
bool read(const Assignment& assignment, const std::vector<std::size_t>& parameters,
          std::vector<double>& values) {
  values.clear();
  for (const std::size_t parameter : parameters) {
    values.push_back(assignment.values.at(parameter));
  }
  return std::none_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
}

}  // namespace

JointModel::JointModel(const SearchSpace& space, const SpaceConditions& conditions,
                       const Options& options, std::uint64_t seed)
    : options_(options),
      parzen_{.floor = ParzenOptions::Floor::tight, .prior_weight = options.prior_weight},
      seed_(seed) {
  for (std::vector<std::size_t>& parameters : conditions.together(space.size())) {
    std::vector<Axis> axes;
    axes.reserve(parameters.size());
    for (const std::size_t parameter : parameters) {
      axes.push_back(space.axis(parameter));
    }
    const JointParzen empty(axes, parzen_);
    sets_.push_back({.parameters = std::move(parameters),
                     .axes = std::move(axes),
                     .good = empty,
                     .bad = empty,
                     .observation_of = {},
                     .kernel_of = {}});
  }
}

void JointModel::insert(std::size_t observation, const Assignment& assignment) {
  std::vector<double> values;
  for (Set& set : sets_) {
    if (!read(assignment, set.parameters, values)) {
      continue;
    }
    if (set.kernel_of.size() <= observation) {
      set.kernel_of.resize(observation + 1, none);
    }
    set.kernel_of[observation] = set.bad.size();
    set.observation_of.push_back(observation);
    set.bad.insert(values);
  }
}

void JointModel::erase(std::size_t observation, const Assignment& /*assignment*/) {
  for (Set& set : sets_) {
    if (observation >= set.kernel_of.size() || set.kernel_of[observation] == none) {
      continue;
    }
    const std::size_t kernel = std::exchange(set.kernel_of[observation], none);
    const std::size_t moved = set.observation_of.back();
    set.observation_of.pop_back();
    if (moved != observation) {
      set.observation_of[kernel] = moved;
      set.kernel_of[moved] = kernel;
    }
    set.bad.erase(kernel);
  }
}

void JointModel::learn(const std::vector<Good>& good) {
  double mean = good.empty() ? 1 : 0;
  for (const Good& one : good) {
    mean += one.weight / static_cast<double>(good.size());
  }
  std::vector<double> values;
  for (Set& set : sets_) {
    std::vector<double> rows;
    std::vector<double> weights;
    for (const Good& one : good) {
      if (read(*one.assignment, set.parameters, values)) {
        rows.insert(rows.end(), values.begin(), values.end());
        weights.push_back(one.weight);
      }
    }
    set.good = JointParzen(set.axes, parzen_);
    set.good.weigh_prior(options_.prior_weight * mean);
    set.good.fill(rows, weights);
  }
}

std::vector<Candidates> JointModel::candidates(std::uint64_t index) const {
  std::vector<Candidates> lists;
  lists.reserve(sets_.size());
  for (std::size_t s = 0; s < sets_.size(); ++s) {
    const Set& set = sets_[s];
    Draw draw(seed_, streams::joint_tpe + s, index);
    Candidates list(set.parameters);
    std::vector<double> values(set.parameters.size());
    for (std::size_t i = 0; i < options_.candidates; ++i) {
      set.good.sample(draw, values);
      if (!list.contains(values)) {
        const double log_prior = set.bad.log_prior(values);
        list.add(values,
                 set.good.log_density(values, log_prior) - set.bad.log_density(values, log_prior));
      }
    }
    list.sort();
    lists.push_back(std::move(list));
  }
  return lists;
}

}  // namespace diwan
