// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

#include "driver/results/load.hpp"

namespace diwan {

/// Folds the records of a directory into what they tell. The fold needs its rules from the first
/// record on, and a later owner may have brought others (--accept-changes): then it has to begin
/// anew with the last specification.
class LoadFold {
 public:
  /// @param spec  whose rules are taken; nothing: the first one that a record brings.
  LoadFold(std::filesystem::path directory, std::optional<Spec> spec);

  /// @throws StoreError for a record that does not fit those before it.
  void take(const Record& record);
  /// The specification to begin anew with, where the rules folded with are not those in force.
  std::optional<Spec> other_rules() const;
  /// Was there no record yet?
  bool empty() const { return !loaded_; }

  /// Looks at the files beside the records; what loaded() gives is whole after that.
  void look_around(ReplayReport report);
  /// @pre !empty()
  Loaded& loaded() { return *loaded_; }
  const Loaded& loaded() const { return *loaded_; }

 private:
  void take_spec(const OwnerChanged& owner);
  void begin(Spec spec);

  std::filesystem::path directory_;
  std::optional<Loaded> loaded_;
  Conditions conditions_;
  Course course_;
  bool given_;           ///< the rules were
  bool misfit_ = false;  ///< a record does not fit the rules, which are not those in force
};

}  // namespace diwan
