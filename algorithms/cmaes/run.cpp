// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/run.hpp"

#include <algorithm>
#include <cmath>

namespace diwan::cmaes {
namespace {

/// Generations over which values must become better.
constexpr std::size_t patience = 15;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Probability that a discrete parameter keeps for values other than the favoured one, so that with
/// all of them together 73 % of the candidates still change none [Hamano et al. 2025, CatCMA with
/// margin, arXiv:2504.07884].
double least_probability(const Coding& coding) {
  const std::size_t count = coding.stepped_count() + coding.choices().size();
  return count == 0 ? 0 : 1 - std::pow(0.73, 1 / static_cast<double>(count));
}

Rates rates_of(const Coding& coding, std::size_t population) {
  return {std::max<std::size_t>(1, coding.dimensions()), population};
}

}  // namespace

Run::Run(const Coding& coding, Start start, std::size_t population, Adaptation adaptation)
    : population_(population),
      rates_(rates_of(coding, population)),
      adaptation_(adaptation),
      margin_(coding.dimensions(), least_probability(coding)),
      categories_(coding.choices(), least_probability(coding)) {
  if (coding.dimensions() > 0) {
    evolution_.emplace(std::move(start.gaussian), population);
    if (adaptation == Adaptation::always) {
      evolution_->adapt_learning_rate();
    }
    margin_.correct(coding, *evolution_);
  }
  if (!start.probabilities.empty()) {
    categories_.set(std::move(start.probabilities));
  }
}

Distribution Run::distribution() const {
  Distribution distribution{.mean = {},
                            .spread = {},
                            .scale = margin_.scale(),
                            .probabilities = categories_.probabilities()};
  if (evolution_) {
    distribution.mean = evolution_->mean();
    distribution.spread = evolution_->sigma() * evolution_->root();
  }
  return distribution;
}

void Run::update(const Coding& coding, std::vector<Evaluated> ranked) {
  if (evolution_) {
    move(coding, ranked);
  }
  std::vector<std::vector<std::size_t>> parents;
  for (std::size_t i = 0; i < rates_.parents && ranked[i].value; ++i) {
    parents.push_back(std::move(ranked[i].sample.chosen));
  }
  if (!parents.empty()) {
    categories_.update(parents, rates_.weights.head(static_cast<Eigen::Index>(parents.size())));
  }
  note_values(ranked);
  if (evolution_ && adaptation_ == Adaptation::when_noisy && noise_shows()) {
    evolution_->adapt_learning_rate();
  }
}

void Run::move(const Coding& coding, const std::vector<Evaluated>& ranked) {
  const auto d = static_cast<double>(coding.dimensions());
  // Injected draws are no longer than this [Hansen 2011, Injecting external solutions into CMA-ES,
  // arXiv:1110.4181, section 3].
  const double longest = std::sqrt(d) + 2 * d / (d + 2);
  const Eigen::VectorXd mean = evolution_->mean();
  Eigen::MatrixXd points(mean.size(), static_cast<Eigen::Index>(population_));
  for (std::size_t i = 0; i < population_; ++i) {
    Eigen::VectorXd step = ranked[i].sample.point - mean;
    if (i < rates_.parents && !ranked[i].value) {
      step.setZero();  // a failed draw is no parent
    } else if (!ranked[i].current) {
      const double length = evolution_->length(step);
      step *= length > longest ? longest / length : 1;
    }
    points.col(static_cast<Eigen::Index>(i)) = mean + step;
  }
  evolution_->update(points);
  margin_.correct(coding, *evolution_);
}

bool Run::noise_shows() const {
  // The mean wanders without a direction, and values have not become better for long.
  if (medians_.size() < 2 * patience || evolution_->learning_rate().mean_signal() > 0) {
    return false;
  }
  const auto half = medians_.begin() + static_cast<std::ptrdiff_t>(patience);
  return median({half, medians_.end()}) >= median({medians_.begin(), half});
}

std::size_t Run::memory() const {
  const auto d = static_cast<double>(margin_.scale().size());
  return 10 + static_cast<std::size_t>(std::ceil(30 * d / static_cast<double>(population_)));
}

void Run::note_values(const std::vector<Evaluated>& ranked) {
  std::vector<double> values;
  for (const Evaluated& one : ranked) {
    if (one.value) {
      values.push_back(*one.value);
    }
  }
  const auto [best, worst] = std::minmax_element(values.begin(), values.end());
  extremes_.emplace_back(*best, *worst);
  medians_.push_back(median(std::move(values)));
  if (medians_.size() > 2 * patience) {
    medians_.pop_front();
  }
  if (extremes_.size() > memory()) {
    extremes_.pop_front();
  }
}

void Run::widen() {
  if (evolution_ && evolution_->sigma() < 1.0 / 3) {
    evolution_->scale(std::min(1.5, 1.0 / 3 / evolution_->sigma()));
  }
}

bool Run::converged() const {
  if (evolution_ && evolution_->stuck()) {
    return true;
  }
  if (extremes_.size() < memory()) {
    return false;
  }
  double best = extremes_.front().first;
  double worst = extremes_.front().second;
  for (const auto& [low, high] : extremes_) {
    best = std::min(best, low);
    worst = std::max(worst, high);
  }
  return worst - best < 1e-12;
}

}  // namespace diwan::cmaes
