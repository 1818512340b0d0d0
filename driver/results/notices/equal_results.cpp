// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/notices/equal_results.hpp"

#include <algorithm>
#include <bit>

#include "algorithms/space/mixed_bits.hpp"
#include "algorithms/space/shortest.hpp"

namespace diwan {
namespace {

constexpr std::uint32_t least_changes = 4;  ///< of a curve that two trials do not have by chance
constexpr std::size_t alike_told = 3;       ///< trials of one curve
constexpr std::size_t one_value_told = 5;   ///< trials, where all give one value

/// "#1, #4 and #9".
std::string numbers_text(const std::vector<std::uint32_t>& numbers) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    text += i == 0 ? "#" : i + 1 == numbers.size() ? " and #" : ", #";
    text += std::to_string(numbers[i]);
  }
  return text;
}

constexpr const char* advice =
    ". Perhaps a parameter does not reach the program, or has no effect (`diwan validate --show 3` "
    "prints the commands)";

}  // namespace

void EqualResults::begin(const RunKey& run) { live_[run.trial] = {}; }

void EqualResults::observe(const Observed& batch) {
  Curve& curve = live_[batch.run.trial];
  for (const double value : batch.values) {
    curve.changes += curve.count > 0 && value != curve.last ? 1 : 0;
    curve.hash = mixed_bits(curve.hash ^ std::bit_cast<std::uint64_t>(value));
    curve.last = value;
    ++curve.count;
  }
}

void EqualResults::end(const Trial& trial, const Experiment& experiment) {
  const Curve curve = live_[trial.number];
  live_.erase(trial.number);
  const auto objective = experiment.objective(trial);
  if (!objective) {
    return;
  }
  if (curve.changes >= least_changes && !alike_) {
    std::vector<std::uint32_t>& alike = ended_[curve.hash];
    if (differs_from_all(trial, alike, experiment)) {
      alike.push_back(trial.number);
    }
    if (alike.size() >= alike_told) {
      alike_ = curve.hash;
    }
  }
  several_values_ = several_values_ || (only_value_ && *only_value_ != *objective);
  only_value_ = objective;
  if (!several_values_ && of_only_value_.size() < one_value_told &&
      differs_from_all(trial, of_only_value_, experiment)) {
    of_only_value_.push_back(trial.number);
  }
}

bool EqualResults::differs_from_all(const Trial& trial, const std::vector<std::uint32_t>& others,
                                    const Experiment& experiment) const {
  return std::none_of(others.begin(), others.end(), [&](std::uint32_t other) {
    return experiment.trial(other).assignment == trial.assignment;
  });
}

void EqualResults::add_notices(const Experiment& experiment,
                               std::vector<SearchNotice>& notices) const {
  const std::string& metric = experiment.rules().metrics.front().name;
  if (!several_values_ && of_only_value_.size() >= one_value_told) {
    notices.push_back({.kind = SearchNotice::Kind::equal_results,
                       .subject = 0,
                       .text = "every trial so far has " + metric + "=" + shortest(*only_value_) +
                               ", so that there is nothing to go by" + advice});
  } else if (alike_) {
    const std::vector<std::uint32_t>& trials = ended_.at(*alike_);
    notices.push_back({.kind = SearchNotice::Kind::equal_results,
                       .subject = 1,
                       .text = "trials " + numbers_text(trials) +
                               " gave exactly the same values of " + metric + advice});
  }
}

}  // namespace diwan
