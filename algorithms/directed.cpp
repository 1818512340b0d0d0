// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/directed.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace diwan {

DirectedSuggester::DirectedSuggester(std::unique_ptr<Suggester> minimiser, const Problem& problem)
    : minimiser_(std::move(minimiser)),
      directions_(problem.directions),
      space_(problem.space),
      conditions_(problem.conditions) {}

template <class Result>
Result DirectedSuggester::minimised(Result result) const {
  const bool finite = result.objectives.size() == directions_.size() &&
                      std::all_of(result.objectives.begin(), result.objectives.end(),
                                  [](double value) { return std::isfinite(value); });
  if (!has_result(result.outcome) || !finite) {
    result.outcome = has_result(result.outcome) ? TrialOutcome::failed : result.outcome;
    result.objectives.clear();
    return result;
  }
  for (std::size_t i = 0; i < directions_.size(); ++i) {
    if (directions_[i] == Direction::maximize) {
      result.objectives[i] = -result.objectives[i];
    }
  }
  return result;
}

Assignment DirectedSuggester::fitted(Assignment assignment) const {
  assignment.values.resize(space_.size(), Assignment::inactive);
  for (std::size_t d = 0; d < space_.size(); ++d) {
    if (!space_.contains(d, assignment.values[d])) {
      assignment.values[d] = Assignment::inactive;
    }
  }
  return conditions_.canonical(std::move(assignment));
}

void DirectedSuggester::tell(const Fact& fact) {
  if (const auto* const finished = std::get_if<Finished>(&fact)) {
    minimiser_->tell(minimised(*finished));
    return;
  }
  if (const auto* const known = std::get_if<Known>(&fact)) {
    Known fit = minimised(*known);
    fit.assignment = fitted(std::move(fit.assignment));
    minimiser_->tell(fit);
    return;
  }
  if (const auto* const reported = std::get_if<Reported>(&fact)) {
    if (reported->objective >= directions_.size() || !std::isfinite(reported->value)) {
      return;
    }
    Reported report = *reported;
    if (directions_[report.objective] == Direction::maximize) {
      report.value = -report.value;
    }
    minimiser_->tell(report);
    return;
  }
  minimiser_->tell(fact);
}

}  // namespace diwan
