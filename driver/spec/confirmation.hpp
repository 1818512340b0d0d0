// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/space/assignment.hpp"
#include "driver/spec/field.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// A trial that shall be run again.
struct FoundTrial {
  std::uint32_t number = 0;
  Assignment assignment;
};

/// The experiment that runs trials of `found` again, `repeats` times each, by turns, and nothing
/// else: `spec.initialTrials` lists them, `spec.confirms` says whose they are. It has no goal, no
/// early stopping and room for every failure, since each result counts.
///
/// `set` changes its settings (--set PATH=VALUE, in order). A parameter whose domain it narrows to
/// one value takes that value in every trial; other values have to lie in the changed space.
/// @throws SpecError for settings that do not fit, and for values outside the changed space.
Spec confirmation_of(const Spec& found, std::span<const FoundTrial> trials, std::uint32_t repeats,
                     std::uint64_t seed,
                     const std::vector<std::pair<std::string, std::string>>& set);

/// Reads `spec.confirms`, which `diwan confirm` writes.
void read_confirms(const Field& spec, Spec& out);

}  // namespace diwan
