// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/parzen.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "parzen_reference.hpp"

namespace diwan {
namespace {

Domain domain_of(const std::string& space) {
  static const std::map<std::string, Domain> domains = {
      {"interval", Real{.low = -5, .high = 5}},
      {"log_interval", Real{.low = 1e-5, .high = 1, .distribution = Distribution::log_uniform}},
      {"integer", Integer{.low = 1, .high = 20}},
      {"stepped_integer", Integer{.low = 16, .high = 256, .step = 16}},
      {"log_integer", Integer{.low = 1, .high = 1000, .distribution = Distribution::log_uniform}},
      {"stepped", Real{.low = 0, .high = 1, .step = 0.125}},
      {"categorical", Categorical{{"a", "b", "c", "d"}}}};
  return domains.at(space);
}

/// Optuna's default: the newest 25 weigh 1, older ones rise from 1/n.
double forgetting(std::size_t i, std::size_t n) {
  if (n <= 25 || i >= n - 25) {
    return 1;
  }
  const double first = 1.0 / static_cast<double>(n);
  const auto ramp = static_cast<double>(n - 25);
  return ramp == 1 ? first : first + static_cast<double>(i) * (1 - first) / (ramp - 1);
}

ParzenOptions optuna(const ParzenReference& reference) {
  return {.floor = ParzenOptions::Floor::magic_clip,
          .endpoints = reference.endpoints,
          .prior_is_neighbour = false,
          .prior_weight = reference.prior_weight};
}

TEST(Parzen, EqualsOptunasEstimatorUnderOptunasOptions) {
  for (const ParzenReference& reference : parzen_references) {
    const Axis axis(domain_of(reference.space));
    NumericParzen numeric(axis, optuna(reference));
    CategoricalParzen categorical(4, optuna(reference));
    for (std::size_t i = 0; i < reference.size; ++i) {
      const double value = reference.observations[i];
      const double weight = reference.forgets ? forgetting(i, reference.size) : 1;
      if (axis.ordered()) {
        numeric.insert(axis.position(value), weight);
      } else {
        categorical.insert(value, weight);
      }
    }

    for (std::size_t i = 0; i < reference.queries.size(); ++i) {
      const double value = reference.queries[i];
      const double ours = !axis.ordered() ? categorical.log_mass(value)
                          : axis.count()  ? numeric.log_mass(axis.cell(value))
                                          : numeric.log_density(axis.position(value));
      EXPECT_NEAR(ours, reference.log_density[i], 1e-9)
          << reference.space << " n=" << reference.size << " at " << value;
    }
  }
}

/// Bits of the estimator at some places.
std::vector<double> probe(const NumericParzen& parzen, const Axis& axis) {
  std::vector<double> result;
  for (int i = 0; i < 10; ++i) {
    const double value = axis.decode(0.05 + 0.1 * i);
    result.push_back(axis.count() ? parzen.log_mass(axis.cell(value))
                                  : parzen.log_density(axis.position(value)));
  }
  return result;
}

TEST(Parzen, FollowsFromTheSetOfObservationsWhateverCameAndWent) {
  for (const char* space : {"interval", "integer", "log_integer"}) {
    const Axis axis(domain_of(space));
    Draw draw(3, 0);
    std::vector<double> kept;
    NumericParzen worn(axis, {});
    for (int i = 0; i < 300; ++i) {
      const double position = axis.position(axis.decode(draw.uniform()));
      worn.insert(position);
      kept.push_back(position);
      if (draw.uniform() < 0.6) {
        const auto victim = static_cast<std::ptrdiff_t>(draw.below(kept.size()));
        worn.erase(kept[static_cast<std::size_t>(victim)]);
        kept.erase(kept.begin() + victim);
      }
    }
    std::reverse(kept.begin(), kept.end());
    NumericParzen fresh(axis, {});

    for (const double position : kept) {
      fresh.insert(position);
    }

    EXPECT_EQ(probe(worn, axis), probe(fresh, axis)) << space;
  }
}

TEST(Parzen, IntegratesToOne) {
  const Axis interval(domain_of("log_interval"));
  NumericParzen density(interval, {});
  const Axis integers(domain_of("log_integer"));
  NumericParzen mass(integers, {});
  for (const double u : {0.0, 0.01, 0.3, 0.31, 0.8, 1.0}) {
    density.insert(interval.position(interval.decode(u)));
    mass.insert(integers.position(integers.decode(u)));
  }

  double integral = 0;
  constexpr int n = 20000;
  for (int i = 0; i < n; ++i) {
    const double at = interval.lower() + (i + 0.5) / n * interval.width();
    integral += std::exp(density.log_density(at)) * interval.width() / n;
  }
  double sum = 0;
  for (std::uint64_t i = 0; i < *integers.count(); ++i) {
    sum += std::exp(mass.log_mass(integers.cell(integers.value_at(i))));
  }

  EXPECT_NEAR(integral, 1, 1e-6);  // midpoint rule
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(Parzen, SamplesFollowTheDensity) {
  const Axis axis(domain_of("integer"));
  NumericParzen parzen(axis, {});
  for (const double value : {2.0, 3.0, 3.0, 15.0}) {
    parzen.insert(axis.position(value), value == 15 ? 3 : 1);
  }
  std::map<double, int> counts;
  Draw draw(9, 0);
  constexpr int n = 20000;

  for (int i = 0; i < n; ++i) {
    ++counts[axis.value(parzen.sample(draw))];
  }

  for (std::uint64_t i = 0; i < *axis.count(); ++i) {
    const double value = axis.value_at(i);
    const double p = std::exp(parzen.log_mass(axis.cell(value)));
    EXPECT_NEAR(counts[value] / double{n}, p, 5 * std::sqrt(p * (1 - p) / n)) << value;
  }
}

TEST(Parzen, CategoricalSamplesFollowTheMasses) {
  CategoricalParzen parzen(3, {});
  parzen.insert(2);
  parzen.insert(2);
  parzen.insert(0);
  std::vector<int> counts(3);
  Draw draw(9, 0);
  constexpr int n = 20000;

  for (int i = 0; i < n; ++i) {
    ++counts.at(static_cast<std::size_t>(parzen.sample(draw)));
  }

  for (std::size_t i = 0; i < 3; ++i) {
    const double p = std::exp(parzen.log_mass(static_cast<double>(i)));
    EXPECT_NEAR(counts[i] / double{n}, p, 5 * std::sqrt(p * (1 - p) / n)) << i;
  }
}

TEST(Parzen, KeepsTheTailsOfNarrowKernelsAccurate) {
  // All kernels far away: the cell's mass is the prior's, not lost in 1 - 1.
  const Axis axis(Integer{.low = 0, .high = 1000000});
  NumericParzen parzen(axis, {.endpoints = false, .prior_is_neighbour = false});
  for (int i = 0; i < 50; ++i) {
    parzen.insert(10);
  }

  const double far = std::exp(parzen.log_mass(axis.cell(990000)));

  // Prior N(mid, width) truncated: density exp(-0.49^2/2) / (width sqrt(2 pi) 0.3829), weight 1/51.
  const double expected = std::exp(-0.49 * 0.49 / 2) / (1000001 * 2.5066282746 * 0.3829249225) / 51;
  EXPECT_NEAR(far / expected, 1, 1e-5);
}

}  // namespace
}  // namespace diwan
