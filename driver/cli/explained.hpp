// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/launchers/launcher.hpp"
#include "driver/results/attempts.hpp"
#include "driver/results/load.hpp"
#include "driver/results/table.hpp"

namespace diwan {

/// What the files tell of a trial beside its row.
struct Explanation {
  std::string why;  ///< it is as it is
  std::vector<Attempt> attempts;
  std::optional<Launch> launch;  ///< none: its command cannot be made here, `no_command` says why
  std::string no_command;
  std::vector<std::string> set;  ///< NAME=value, over the environment that the run found
  std::string tail;
};

/// Reads files alone: what was loaded, and the ends of the trial's logs.
Explanation explain(const Loaded& loaded, const Trial& trial);

/// On one screen: lines that fit the page, safe for a terminal, each with a word in front.
std::string explained(const Loaded& loaded, const Trial& trial, const Explanation& explanation,
                      const Page& page);
/// The same for a trial that is not there yet, by the reason for it.
std::string explained_to_come(std::uint64_t number, const std::string& reason, const Page& page);

}  // namespace diwan
