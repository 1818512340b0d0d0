// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "collectors/observation.hpp"

namespace diwan {

/// DIR/outcome: how the last run ended.
struct Outcome {
  int exit = 0;
  std::string reason;
  Time time{};
  bool operator==(const Outcome&) const = default;
};

/// The file's one line, without its line end.
std::string outcome_line(const Outcome& outcome);
/// What the file says; nothing if there is none or it is not such a line.
std::optional<Outcome> read_outcome(const std::filesystem::path& directory);

}  // namespace diwan
