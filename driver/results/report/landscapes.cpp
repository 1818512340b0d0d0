// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/landscapes.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "driver/results/importances.hpp"
#include "driver/results/report/rounded.hpp"
#include "statistics/importance.hpp"
#include "statistics/marginal.hpp"

namespace diwan {
namespace {

constexpr std::ptrdiff_t least_results = 10;
constexpr std::size_t most_surfaced = 8;  ///< parameters of which surfaces over pairs are made

Value list_of(const std::vector<double>& values) {
  Value::List list;
  list.reserve(values.size());
  for (const double value : values) {
    list.push_back(five_digits(value));
  }
  return list;
}

/// Places of a parameter exactly: they are values of the search space.
Value exact_list(const std::vector<double>& values) {
  return Value::List(values.begin(), values.end());
}

Value shares_value(const statistics::Importance& importance) {
  Value::List list;
  for (const statistics::Share& share : importance.parameters) {
    list.push_back(Value::Fields{{"parameter", share.parameter},
                                 {"mean", five_digits(share.mean)},
                                 {"deviation", five_digits(share.deviation)}});
  }
  return list;
}

Value pairs_value(const statistics::Importance& importance) {
  Value::List list;
  for (const statistics::PairShare& pair : importance.pairs) {
    list.push_back(Value::Fields{{"first", pair.first},
                                 {"second", pair.second},
                                 {"mean", five_digits(pair.mean)},
                                 {"deviation", five_digits(pair.deviation)}});
  }
  return list;
}

Value curves_value(const statistics::Landscape& landscape) {
  Value::List list;
  for (std::size_t p = 0; p < landscape.space().size(); ++p) {
    const statistics::Curve curve = statistics::curve_of(landscape, p);
    list.push_back(Value::Fields{{"parameter", p},
                                 {"values", exact_list(curve.values)},
                                 {"mean", list_of(curve.mean)},
                                 {"deviation", list_of(curve.deviation)}});
  }
  return list;
}

/// Of the strongest pair first, then all of the most important parameters.
Value surfaces_value(const statistics::Landscape& landscape,
                     const statistics::Importance& importance) {
  Value::List list;
  for (const statistics::PairShare& pair : importance.pairs) {
    const auto important = [&](std::size_t parameter) {
      const auto end =
          importance.parameters.begin() +
          static_cast<std::ptrdiff_t>(std::min(most_surfaced, importance.parameters.size()));
      return std::any_of(importance.parameters.begin(), end, [&](const statistics::Share& share) {
        return share.parameter == parameter;
      });
    };
    if (!important(pair.first) || !important(pair.second)) {
      continue;
    }
    const statistics::Surface surface = statistics::surface_of(landscape, pair.first, pair.second);
    list.push_back(Value::Fields{{"first", surface.first},
                                 {"second", surface.second},
                                 {"firstValues", exact_list(surface.first_values)},
                                 {"secondValues", exact_list(surface.second_values)},
                                 {"mean", list_of(surface.mean)}});
  }
  return list;
}

Value landscape_value(const Loaded& loaded, std::size_t objective,
                      const std::vector<statistics::Result>& results) {
  const statistics::Landscape landscape(loaded.spec.space, results);
  const statistics::Importance importance = statistics::importance(landscape);
  const std::vector<std::string> cautions = statistics::cautions(importance);
  return Value::Fields{{"objective", objective},
                       {"results", importance.used},
                       {"leftOut", importance.left_out},
                       {"explained", importance.explained},
                       {"error", landscape.error()},
                       {"cautions", Value::List(cautions.begin(), cautions.end())},
                       {"parameters", shares_value(importance)},
                       {"pairs", pairs_value(importance)},
                       {"curves", curves_value(landscape)},
                       {"surfaces", surfaces_value(landscape, importance)}};
}

}  // namespace

Value landscapes_value(const Loaded& loaded) {
  Value::List list;
  for (std::size_t o = 0; o < loaded.experiment.rules().directions.size(); ++o) {
    const std::vector<statistics::Result> results = results_by(loaded, o);
    const auto finite = std::count_if(results.begin(), results.end(), [](const auto& result) {
      return std::isfinite(result.value);
    });
    if (finite >= least_results && loaded.spec.space.size() > 0) {
      list.push_back(landscape_value(loaded, o, results));
    }
  }
  return list;
}

}  // namespace diwan
