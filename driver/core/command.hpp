// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "driver/core/event.hpp"
#include "driver/core/experiment.hpp"

namespace diwan {

// Commands are wishes: derived from the state, idempotent, never journaled.

/// Ask the suggester, told all facts up to and including record `after`, for at most `count`.
struct Ask {
  std::uint32_t count = 0;
  std::uint64_t after = 0;
  bool operator==(const Ask&) const = default;
};
struct Submit {
  std::vector<RunKey> runs;
  bool operator==(const Submit&) const = default;
};
struct Cancel {
  struct Item {
    RunKey run;
    bool now = false;  ///< without grace
    bool operator==(const Item&) const = default;
  };
  std::vector<Item> runs;
  bool operator==(const Cancel&) const = default;
};
/// Nothing is left to do: end the program. With completion none the experiment was drained or
/// stopped.
struct Finish {
  Completion completion = Completion::none;
  bool operator==(const Finish&) const = default;
};
using Command = std::variant<Ask, Submit, Cancel, Finish>;

/// Write the records first; only then carry out the commands.
struct Step {
  std::vector<Record> records;
  std::vector<Command> commands;
};

}  // namespace diwan
