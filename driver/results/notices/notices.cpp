// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/notices/notices.hpp"

#include <array>
#include <utility>
#include <variant>

#include "driver/core/ended_by.hpp"
#include "driver/core/shell_quote.hpp"

namespace diwan {

std::string_view to_string(SearchNotice::Kind kind) {
  constexpr std::array<std::string_view, 5> names = {"impossibleValue", "equalResults", "plateau",
                                                     "edge", "stalled"};
  return names.at(static_cast<std::size_t>(kind));
}

std::string text_for(const SearchNotice& notice, const std::filesystem::path& directory) {
  constexpr std::string_view command = "`diwan ";
  constexpr std::string_view word = " DIR";
  const std::string quoted = shell_quote(directory.string());
  std::string text;
  std::string_view left = notice.text;
  for (std::size_t at = left.find(command); at != std::string_view::npos; at = left.find(command)) {
    const std::size_t end = left.find_first_of("`\n", at + 1);
    const std::size_t here = left.find(word, at);
    const std::size_t kept = here < end ? here + 1 : at + command.size();
    text += left.substr(0, kept);
    text += here < end ? quoted : "";
    left.remove_prefix(here < end ? here + word.size() : kept);
  }
  return text.append(left);
}

Notices::Notices(const Rules& rules, SearchSpace space)
    : impossible_values_(rules), edges_(std::move(space)) {}

void Notices::take(const Record& record, const Experiment& experiment) {
  if (const auto* started = std::get_if<Started>(&record.event)) {
    stalls_.start(started->run, record.time);
  } else if (const auto* queued = std::get_if<Queued>(&record.event)) {
    equal_results_.begin(queued->run);
  } else if (const auto* observed = std::get_if<Observed>(&record.event)) {
    stalls_.sign(observed->run, record.time);
    if (observed->metric == 0) {
      equal_results_.observe(*observed);
    }
  } else if (const auto* ended = std::get_if<Ended>(&record.event)) {
    const bool with_result = ended->outcome == RunOutcome::succeeded ||
                             experiment.trial(ended->run.trial).stop == StopReason::pruned;
    stalls_.end(ended->run, record.time, with_result);
  } else if (std::holds_alternative<OwnerChanged>(record.event)) {
    stalls_.owner_changed(record.time);
  }
  if (const auto trial = ended_by(record, experiment)) {
    take_end(experiment.trial(*trial), experiment);
  }
}

void Notices::take_end(const Trial& trial, const Experiment& experiment) {
  impossible_values_.take(trial);
  equal_results_.end(trial, experiment);
  const auto& directions = experiment.rules().directions;
  const auto candidate = candidate_of(experiment, trial);
  if (candidate && directions.size() == 1) {
    plateau_.take(*candidate, directions.front());
    edges_.take(*candidate, directions.front());
  }
}

std::vector<SearchNotice> Notices::found(const Experiment& experiment) const {
  std::vector<SearchNotice> notices;
  impossible_values_.add_notices(notices);
  equal_results_.add_notices(experiment, notices);
  plateau_.add_notices(experiment, notices);
  edges_.add_notices(experiment, notices);
  return notices;
}

std::vector<SearchNotice> Notices::stalled(const Experiment& experiment, Time now) const {
  std::vector<SearchNotice> notices;
  stalls_.add_notices(experiment, now, notices);
  return notices;
}

}  // namespace diwan
