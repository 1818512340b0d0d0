// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/fold.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <utility>

#include "driver/core/coordinator.hpp"

namespace diwan {

LoadFold::LoadFold(std::filesystem::path directory, std::optional<Spec> spec)
    : directory_(std::move(directory)), given_(spec.has_value()) {
  if (spec) {
    begin(*std::move(spec));
  }
}

void LoadFold::begin(Spec spec) {
  Experiment experiment(rules_of(spec));
  Notices notices(experiment.rules(), spec.space);
  loaded_.emplace(Loaded{.directory = directory_,
                         .spec = std::move(spec),
                         .experiment = std::move(experiment),
                         .conditions = {},
                         .course = {},
                         .notices = std::move(notices),
                         .last_time = {},
                         .until = {},
                         .outcome = {},
                         .owner = {},
                         .replay = {}});
}

void LoadFold::take_spec(const OwnerChanged& owner) {
  if (!loaded_) {
    begin(parse_spec(owner.spec, owner.spec_file));
  } else if (loaded_->spec.text != owner.spec) {
    loaded_->spec = parse_spec(owner.spec, owner.spec_file);
  }
}

std::optional<Spec> LoadFold::other_rules() const {
  const bool other =
      misfit_ || (loaded_ && !(rules_of(loaded_->spec) == loaded_->experiment.rules()));
  return other ? std::optional(loaded_->spec) : std::nullopt;
}

void LoadFold::take(const Record& record) {
  if (const auto* owner = std::get_if<OwnerChanged>(&record.event); owner && !owner->spec.empty()) {
    take_spec(*owner);
  }
  if (misfit_) {
    return;
  }
  if (!loaded_) {
    throw StoreError(directory_.string() + ": record " + std::to_string(record.number) +
                     " comes before any specification; the journal is damaged or of another "
                     "program");
  }
  Experiment& experiment = loaded_->experiment;
  if (!apply(experiment, record)) {
    if (!given_ && other_rules()) {
      misfit_ = true;  // nor may those that follow
      return;
    }
    throw StoreError(directory_.string() + ": record " + std::to_string(record.number) +
                     " does not fit those before it; the journal is damaged or of another "
                     "version of Diwan");
  }
  conditions_.take(record, experiment);
  course_.take(record, experiment);
  loaded_->notices.take(record, experiment);
  loaded_->last_time = record.time;
}

void LoadFold::look_around(ReplayReport report) {
  loaded_->owner = read_owner(directory_);
  loaded_->outcome = read_outcome(directory_);
  loaded_->replay = std::move(report);
  loaded_->conditions = conditions_.list();
  const auto seen = static_cast<std::ptrdiff_t>(loaded_->course.size());
  std::copy(course_.milestones().begin() + seen, course_.milestones().end(),
            std::back_inserter(loaded_->course));
  const bool runs = loaded_->owner && loaded_->owner->life != OwnerState::Life::gone;
  const Time now = std::chrono::time_point_cast<Time::duration>(Time::clock::now());
  loaded_->until = runs ? std::max(now, loaded_->last_time) : loaded_->last_time;
}

}  // namespace diwan
