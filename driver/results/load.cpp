// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/load.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "driver/core/coordinator.hpp"

namespace diwan {
namespace {

Spec spec_of(const OwnerChanged& owner) { return parse_spec(owner.spec, owner.spec_file); }

/// The specification now in force. The fold needs its rules from the first record on, and a later
/// owner may have brought others (--accept-changes).
std::optional<Spec> last_spec(const std::filesystem::path& directory) {
  std::optional<OwnerChanged> last;
  replay(directory, [&](Record&& record) {
    if (auto* owner = std::get_if<OwnerChanged>(&record.event); owner && !owner->spec.empty()) {
      last = std::move(*owner);
    }
  });
  return last ? std::optional(spec_of(*last)) : std::nullopt;
}

/// One fold of the records into an experiment of given or found rules.
class Fold {
 public:
  Fold(std::filesystem::path directory, std::optional<Spec> spec)
      : directory_(std::move(directory)), spec_(std::move(spec)) {
    if (spec_) {
      begin(*spec_);
    }
  }

  void take(const Record& record) {
    if (const auto* owner = std::get_if<OwnerChanged>(&record.event);
        owner && !owner->spec.empty()) {
      take_spec(*owner);
    }
    if (!experiment_) {
      throw StoreError(directory_.string() + ": record " + std::to_string(record.number) +
                       " comes before any specification; the journal is damaged or of another "
                       "program");
    }
    if (!apply(*experiment_, record)) {
      throw StoreError(directory_.string() + ": record " + std::to_string(record.number) +
                       " does not fit those before it; the journal is damaged or of another "
                       "version of Diwan");
    }
    conditions_.take(record, *experiment_);
    course_.take(record, *experiment_);
    notices_->take(record, *experiment_);
    last_time_ = record.time;
  }

  /// A later specification has other rules than those folded with.
  bool rules_changed() const { return rules_changed_; }

  Loaded loaded(ReplayReport report) && {
    std::optional<OwnerState> owner = read_owner(directory_);
    const bool runs = owner && owner->life != OwnerState::Life::gone;
    const Time now = std::chrono::time_point_cast<Time::duration>(Time::clock::now());
    return {.directory = directory_,
            .spec = *std::move(spec_),
            .experiment = *std::move(experiment_),
            .conditions = conditions_.list(),
            .course = course_.milestones(),
            .notices = *std::move(notices_),
            .last_time = last_time_,
            .until = runs ? std::max(now, last_time_) : last_time_,
            .outcome = read_outcome(directory_),
            .owner = std::move(owner),
            .replay = std::move(report)};
  }
  bool empty() const { return !experiment_; }

 private:
  void begin(const Spec& spec) {
    experiment_.emplace(rules_of(spec));
    notices_.emplace(experiment_->rules(), spec.space);
  }

  void take_spec(const OwnerChanged& owner) {
    if (spec_ && spec_->text == owner.spec) {
      return;
    }
    Spec later = spec_of(owner);
    if (!experiment_) {
      begin(later);
    } else if (!(rules_of(later) == experiment_->rules())) {
      rules_changed_ = true;
    }
    spec_ = std::move(later);
  }

  std::filesystem::path directory_;
  std::optional<Spec> spec_;
  std::optional<Experiment> experiment_;
  Conditions conditions_;
  Course course_;
  std::optional<Notices> notices_;
  Time last_time_{};
  bool rules_changed_ = false;
};

}  // namespace

Loaded load(const std::filesystem::path& directory) {
  std::optional<Spec> spec;
  for (;;) {
    Fold fold(directory, spec);
    ReplayReport report = replay(directory, [&](Record&& record) { fold.take(record); });
    if (fold.empty()) {
      throw StoreError(directory.string() +
                       " holds no record yet; the run that made it ended before its first one");
    }
    if (!fold.rules_changed() || spec) {
      return std::move(fold).loaded(std::move(report));
    }
    spec = last_spec(directory);
  }
}

}  // namespace diwan
