// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "driver/core/trial.hpp"
#include "driver/launchers/launcher.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// The first trials that a run of `seed` would make, at most `count`; all as if they were asked for
/// before any has ended.
std::vector<Trial> first_trials(const Spec& spec, std::uint64_t seed, std::size_t count);

/// The launch of a trial in this experiment directory.
/// @throws UsageError where its command cannot be made.
Launch launch_here(const Spec& spec, const Trial& trial, std::uint64_t seed,
                   const std::filesystem::path& directory);

/// The commands of the first trials, one a line, and what is to be said of them.
/// @throws UsageError where the trials have no command here.
std::string preview(const Spec& spec, std::size_t count);

}  // namespace diwan
