// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/told_waits.hpp"

#include <chrono>
#include <optional>

#include "driver/store/owner.hpp"
#include "driver/store/store.hpp"
#include "driver/store/waits_file.hpp"

namespace diwan {
namespace {

/// Readers take what is much older for no longer true (waiting.cpp in results).
constexpr std::chrono::seconds longest_silence{30};

}  // namespace

void ToldWaits::take(Waits waits) {
  if (waits.groups.empty()) {
    if (!told_.groups.empty()) {
      remove();
    }
    return;
  }
  if (waits.groups == told_.groups && waits.at < told_.at + longest_silence) {
    return;
  }
  if (is_anothers()) {
    return;
  }
  try {
    write_waits(directory_, waits);
    told_ = std::move(waits);
  } catch (const StoreError&) {
    // The disk is full, say: who asks is told less.
  }
}

/// Where a run ends in order, its owner file has gone before this does.
bool ToldWaits::is_anothers() const {
  const std::optional<OwnerNote> owner = read_owner_file(directory_);
  return owner && owner->epoch != epoch_;
}

void ToldWaits::remove() {
  told_ = {};
  if (is_anothers()) {
    return;
  }
  try {
    remove_waits(directory_);
  } catch (const StoreError&) {
    // It tells its time, after which nobody believes it.
  }
}

}  // namespace diwan
