// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/results/load.hpp"

namespace diwan {

/// One run of a trial, as its records tell it.
struct Attempt {
  std::uint32_t number = 0;
  std::optional<Time> queued;
  std::optional<Time> start;
  std::string host;
  std::vector<std::string> gpus;
  std::int64_t pid = 0;
  std::string rule;  ///< that stopped it early
  std::optional<Ended> ended;
};

/// All of them, in order. Reads the records once more.
std::vector<Attempt> attempts_of(const Loaded& loaded, std::uint32_t trial);

/// "failed: exit status 3", "lost: its node failed (n1)", "stopped: medianstop at step 4: …".
std::string how_it_ended(const Attempt& attempt);

/// Run time up to the end or, of one that runs, up to the reading.
std::optional<double> seconds_of(const Loaded& loaded, const Attempt& attempt);

}  // namespace diwan
