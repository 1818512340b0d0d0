// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/certainty.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "driver/core/shell_quote.hpp"
#include "driver/core/standing.hpp"
#include "driver/results/best.hpp"
#include "driver/results/report/words.hpp"
#include "statistics/means.hpp"

namespace diwan {
namespace {

constexpr double level = 0.05;  ///< that all comparisons of one confirmation may be wrong by

/// Two assignments by their runs: the first's mean minus the other's.
Value difference_value(const std::optional<statistics::Difference>& found, double apart,
                       std::size_t comparisons) {
  if (!found) {  // runs of neither vary, so nothing is left to chance
    return Value::Fields{{"value", apart},
                         {"low", apart},
                         {"high", apart},
                         {"pValue", nullptr},
                         {"sure", apart != 0}};
  }
  return Value::Fields{{"value", found->value},
                       {"low", found->low},
                       {"high", found->high},
                       {"pValue", found->p_value},
                       {"sure", found->p_value < level / static_cast<double>(comparisons)}};
}

bool is_repeated(const Confirmed& confirmed) {
  return confirmed.objectives.size() == 1 && confirmed.objectives.front().values.size() > 1;
}

/// How far the best mean of a confirmation is before this one; null where it is that one, or where
/// either has no two runs.
Value lead_value(const Confirmation& confirmation, const Confirmed& other) {
  const Confirmed& best = confirmation.trials.front();
  if (&other == &best || !is_repeated(best) || !is_repeated(other)) {
    return nullptr;
  }
  const auto comparisons =
      std::count_if(confirmation.trials.begin() + 1, confirmation.trials.end(), is_repeated);
  const Repeated& first = best.objectives.front();
  const Repeated& second = other.objectives.front();
  return difference_value(statistics::difference_of(first.values, second.values),
                          *first.mean() - *second.mean(), static_cast<std::size_t>(comparisons));
}

/// How far the best mean is before the first trial of the search, which nothing has chosen, by the
/// one run that it had; null where the runs had other settings.
Value first_value(const Loaded& loaded, const Confirmation& confirmation) {
  const Confirmed& best = confirmation.trials.front();
  const auto first = std::find_if(loaded.course.begin(), loaded.course.end(), [&](const auto& one) {
    return candidate_of(loaded.experiment, loaded.experiment.trial(one.trial)).has_value();
  });
  if (first == loaded.course.end() || !confirmation.set.empty() || !is_repeated(best) ||
      std::any_of(confirmation.trials.begin(), confirmation.trials.end(),
                  [&](const Confirmed& one) { return one.trial == first->trial; })) {
    return nullptr;
  }
  const Repeated& runs = best.objectives.front();
  const double result = *loaded.experiment.objective(loaded.experiment.trial(first->trial));
  Value value =
      difference_value(statistics::difference_of(runs.values, result), *runs.mean() - result, 1);
  value["trial"] = first->trial;
  return value;
}

Value trial_value(const Confirmation& confirmation, const Confirmed& confirmed) {
  Value::List objectives;
  for (const Repeated& objective : confirmed.objectives) {
    objectives.push_back(
        Value::Fields{{"found", objective.found},
                      {"mean", objective.mean()},
                      {"deviation", objective.deviation()},
                      {"values", Value::List(objective.values.begin(), objective.values.end())}});
  }
  return Value::Fields{{"trial", confirmed.trial},
                       {"objectives", std::move(objectives)},
                       {"unended", confirmed.unended},
                       {"withoutResult", confirmed.without_result},
                       {"lead", lead_value(confirmation, confirmed)}};
}

Value confirmation_columns(const Loaded& loaded, const Confirmation& confirmation) {
  Value::List trials;
  for (const Confirmed& confirmed : confirmation.trials) {
    trials.push_back(trial_value(confirmation, confirmed));
  }
  return Value::Fields{{"directory", confirmation.directory.filename().string()},
                       {"state", to_string(confirmation.state)},
                       {"set", Value::List(confirmation.set.begin(), confirmation.set.end())},
                       {"trials", std::move(trials)},
                       {"first", first_value(loaded, confirmation)}};
}

/// The best is beside it only where it is not among what it is measured by.
Value share_value(const Baseline& baseline, const std::optional<double>& best,
                  Direction direction) {
  const bool own = baseline.label.empty();
  if (!best || !baseline.blind ||
      (own && std::find(baseline.results.begin(), baseline.results.end(), *best) !=
                  baseline.results.end())) {
    return nullptr;
  }
  const statistics::ShareAsGood share =
      statistics::share_as_good(baseline.results, *best, direction);
  return Value::Fields{
      {"asGood", share.as_good}, {"of", share.of}, {"low", share.low}, {"high", share.high}};
}

Value baseline_value(const Loaded& loaded, const Baseline& baseline) {
  const Direction direction = loaded.experiment.rules().directions.front();
  const std::vector<std::uint32_t> ranked = ranked_trials(loaded);
  const auto best = ranked.empty()
                        ? std::nullopt
                        : loaded.experiment.objective(loaded.experiment.trial(ranked.front()));
  const auto come_to =
      baseline.best_of(baseline.label.empty() ? baseline.results.size() : ranked.size(), direction);
  return Value::Fields{{"label", baseline.label.empty() ? Value() : Value(baseline.label)},
                       {"algorithm", baseline.algorithm},
                       {"blind", baseline.blind},
                       {"results", baseline.results.size()},
                       {"draws", come_to ? Value(come_to->draws) : Value()},
                       {"best", come_to ? Value(come_to->expected) : Value()},
                       {"low", come_to ? Value(come_to->low) : Value()},
                       {"high", come_to ? Value(come_to->high) : Value()},
                       {"share", share_value(baseline, best, direction)}};
}

}  // namespace

const Confirmation* confirmation_in_force(const std::vector<Confirmation>& confirmations) {
  const auto has_result = [](const Confirmation& one) {
    return !one.trials.empty() && !one.trials.front().objectives.empty() &&
           one.trials.front().objectives.front().mean().has_value();
  };
  const auto last = std::find_if(confirmations.rbegin(), confirmations.rend(), has_result);
  return last == confirmations.rend() ? nullptr : &*last;
}

Value certainty_value(const Loaded& loaded, const std::optional<Baseline>& baseline,
                      const std::vector<Confirmation>& confirmations) {
  Value::List list;
  for (const Confirmation& confirmation : confirmations) {
    list.push_back(confirmation_columns(loaded, confirmation));
  }
  const Confirmation* const in_force = confirmation_in_force(confirmations);
  return Value::Fields{
      {"baseline", baseline ? baseline_value(loaded, *baseline) : Value()},
      {"confirmations", std::move(list)},
      {"inForce", in_force != nullptr ? Value(in_force - confirmations.data()) : Value()},
      {"command", "diwan confirm " + shell_quote(directory_name(loaded.directory))}};
}

}  // namespace diwan
