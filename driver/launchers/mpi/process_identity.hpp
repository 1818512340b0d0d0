// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace diwan::mpi {

/// A process by what outlives a reused process id. Ranks tell each other theirs, so that a death on
/// the same host is seen within a second and a silent process that lives is not taken for dead.
struct ProcessIdentity {
  std::string host;
  std::string boot_id;
  std::string pid_namespace;
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;
  bool operator==(const ProcessIdentity&) const = default;
};

/// Of this process.
ProcessIdentity this_process();

/// Whether the two see each other's process ids.
bool same_host(const ProcessIdentity& a, const ProcessIdentity& b);

/// Whether `process` still runs (a zombie does not); none if it is out of sight of `self`.
std::optional<bool> alive(const ProcessIdentity& process, const ProcessIdentity& self);

}  // namespace diwan::mpi
