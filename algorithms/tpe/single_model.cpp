// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/single_model.hpp"

#include <cmath>
#include <type_traits>
#include <utility>

#include "algorithms/rng.hpp"
#include "algorithms/streams.hpp"

namespace diwan {
namespace {

void fill(NumericParzen& density, const Axis& axis,
          std::vector<NumericParzen::Observation> observations) {
  for (NumericParzen::Observation& observation : observations) {
    observation.position = axis.position(observation.position);
  }
  density.fill(std::move(observations));
}

void fill(CategoricalParzen& density, const Axis& /*axis*/,
          const std::vector<NumericParzen::Observation>& observations) {
  for (const NumericParzen::Observation& observation : observations) {
    density.insert(observation.position, observation.weight);
  }
}

template <class Density>
double log_probability(const Density& density, const Axis& axis, double value, double position) {
  if constexpr (std::is_same_v<Density, NumericParzen>) {
    return axis.count() ? density.log_mass(axis.cell(value)) : density.log_density(position);
  } else {
    return density.log_mass(value);
  }
}

}  // namespace

SingleModel::SingleModel(SearchSpace space, const Options& options, std::uint64_t seed)
    : space_(std::move(space)),
      options_(options),
      parzen_{.prior_weight = options.prior_weight},
      seed_(seed),
      good_(empty()),
      bad_(empty()) {}

std::vector<SingleModel::Density> SingleModel::empty() const {
  std::vector<Density> densities;
  densities.reserve(space_.size());
  for (std::size_t d = 0; d < space_.size(); ++d) {
    const Axis& axis = space_.axis(d);
    if (axis.ordered()) {
      densities.emplace_back(NumericParzen(axis, parzen_));
    } else {
      densities.emplace_back(CategoricalParzen(static_cast<std::size_t>(*axis.count()), parzen_));
    }
  }
  return densities;
}

void SingleModel::insert(std::size_t /*observation*/, const Assignment& assignment) {
  for (std::size_t d = 0; d < bad_.size(); ++d) {
    const double value = assignment.values.at(d);
    if (std::isnan(value)) {
      continue;
    }
    if (auto* const numeric = std::get_if<NumericParzen>(&bad_[d])) {
      numeric->insert(space_.axis(d).position(value));
    } else {
      std::get<CategoricalParzen>(bad_[d]).insert(value);
    }
  }
}

void SingleModel::erase(std::size_t /*observation*/, const Assignment& assignment) {
  for (std::size_t d = 0; d < bad_.size(); ++d) {
    const double value = assignment.values.at(d);
    if (std::isnan(value)) {
      continue;
    }
    if (auto* const numeric = std::get_if<NumericParzen>(&bad_[d])) {
      numeric->erase(space_.axis(d).position(value));
    } else {
      std::get<CategoricalParzen>(bad_[d]).erase(value);
    }
  }
}

void SingleModel::learn(const std::vector<Good>& good) {
  double mean = good.empty() ? 1 : 0;
  for (const Good& one : good) {
    mean += one.weight / static_cast<double>(good.size());
  }
  good_ = empty();
  for (std::size_t d = 0; d < good_.size(); ++d) {
    std::vector<NumericParzen::Observation> observations;
    for (const Good& one : good) {
      const double value = one.assignment->values.at(d);
      if (!std::isnan(value)) {
        observations.push_back({.position = value, .weight = one.weight});
      }
    }
    std::visit(
        [&](auto& density) {
          density.weigh_prior(options_.prior_weight * mean);
          fill(density, space_.axis(d), std::move(observations));
        },
        good_[d]);
  }
}

Candidates SingleModel::candidates(std::size_t dimension, std::uint64_t index) const {
  const Axis& axis = space_.axis(dimension);
  Candidates drawn({dimension});
  if (axis.count() == 1U) {
    const double only = axis.value_at(0);
    drawn.add({&only, 1}, 0);
    return drawn;
  }
  Draw draw(seed_, streams::tpe + dimension, index);
  std::visit(
      [&]<class Kind>(const Kind& likely) {
        const Kind& unlikely = std::get<Kind>(bad_[dimension]);
        for (std::size_t i = 0; i < options_.candidates; ++i) {
          const double at = likely.sample(draw);
          const double value = axis.value(at);
          if (!drawn.contains({&value, 1})) {
            drawn.add({&value, 1}, log_probability(likely, axis, value, at) -
                                       log_probability(unlikely, axis, value, at));
          }
        }
      },
      good_[dimension]);
  drawn.sort();
  return drawn;
}

std::vector<Candidates> SingleModel::candidates(std::uint64_t index) const {
  std::vector<Candidates> all;
  all.reserve(space_.size());
  for (std::size_t d = 0; d < space_.size(); ++d) {
    all.push_back(candidates(d, index));
  }
  return all;
}

}  // namespace diwan
