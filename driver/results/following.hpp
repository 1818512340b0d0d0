// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <optional>

#include "driver/results/fold.hpp"
#include "driver/results/traces.hpp"
#include "driver/store/follower.hpp"

namespace diwan {

/// A directory that is looked at again and again. What was read is kept: a look costs what was
/// written since the one before.
class Following {
 public:
  /// Reads all there is. @throws StoreError as load() does.
  explicit Following(std::filesystem::path directory);

  /// Reads what is new; true where there were new records. After an error all that was seen is
  /// there, and the next look begins with the first record.
  /// @throws StoreError as load() does.
  bool look();
  const Loaded& loaded() const { return now_->fold.loaded(); }
  const Traces& traces() const { return now_->traces; }

 private:
  struct State {
    State(const std::filesystem::path& directory, std::optional<Spec> spec)
        : follower(directory), fold(directory, std::move(spec)) {}
    /// False where all has to be read anew.
    bool look();

    Follower follower;
    LoadFold fold;
    Traces traces;
    bool looked = false;
  };
  void load_anew();

  std::filesystem::path directory_;
  std::optional<State> now_;
  bool whole_ = false;  ///< the last look came to its end
};

}  // namespace diwan
