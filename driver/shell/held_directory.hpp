// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "driver/core/event.hpp"
#include "driver/launchers/clock.hpp"
#include "driver/shell/history.hpp"
#include "driver/shell/progress.hpp"
#include "driver/shell/session.hpp"
#include "driver/store/store.hpp"

namespace diwan {

/// The experiment's directory: first looked at, then held as its one owner.
class HeldDirectory {
 public:
  /// Looks at it; one whose owner is about to end is given a moment. Both must outlive this.
  HeldDirectory(const RunRequest& request, Progress& progress);

  /// What it told; null: it holds no experiment yet.
  const History* known() const { return history_ ? &*history_ : nullptr; }
  /// Did the run that finished the experiment write all it had to? It may
  /// have been killed, or the disk was full.
  bool was_closed() const;
  /// Did nobody hold it when it was looked at?
  bool was_free() const { return was_free_; }

  /// Becomes its owner; from now on there is a history.
  /// @throws RunRefused, StoreError
  void take();
  History& history() { return *history_; }
  const History& history() const { return *history_; }
  Store& store() { return *store_; }
  /// The record of the ownership.
  OwnerChanged owner_event(std::uint64_t seed, std::string_view launcher,
                           std::vector<KnownResult> known) const;

 private:
  const RunRequest* request_;
  Progress* progress_;
  Time began_ = wall_clock();
  bool was_free_ = true;
  std::optional<History> history_;
  OwnerIdentity identity_;
  std::unique_ptr<Store> store_;
};

}  // namespace diwan
