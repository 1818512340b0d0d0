// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "driver/core/experiment.hpp"
#include "driver/store/store.hpp"
#include "tests/driver/store/dice.hpp"

namespace diwan {

/// Makes a history that folds: an owner, then trials with runs and observations.
class History {
 public:
  explicit History(std::uint64_t seed);

  /// The next records.
  std::vector<Record> next(std::size_t count);
  /// A new coordinator took the directory.
  Record new_owner(std::uint64_t epoch);
  /// Goes back to the state after this record, as a crash does.
  void forget_after(std::uint64_t number);

  const std::vector<Record>& all() const { return all_; }
  const Experiment& experiment() const { return experiment_; }
  std::shared_ptr<const Experiment> snapshot() const {
    return std::make_shared<const Experiment>(experiment_);
  }

 private:
  Time soon() const;
  Event next_event();
  Observed next_observed(RunKey run);
  Record add(Event event);

  Dice dice_;
  Experiment experiment_;
  std::vector<Record> all_;
};

SearchSpace history_space();
CheckpointNames history_names();
Rules history_rules();

/// All records of a directory.
std::vector<Record> replay_all(const std::filesystem::path& directory);
/// As this process, without take-over.
std::unique_ptr<Store> open_store(const std::filesystem::path& directory);
/// Names of the journal's files in a directory, in order.
std::vector<std::string> segments_in(const std::filesystem::path& directory);

}  // namespace diwan
