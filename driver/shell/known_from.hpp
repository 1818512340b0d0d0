// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <vector>

#include "driver/core/event.hpp"
#include "driver/shell/progress.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// The results that one place of --from, a directory or a CSV table, gives to an experiment; says
/// what it gave.
/// @throws RunRefused where it gives none.
std::vector<KnownResult> known_from(const std::filesystem::path& path, const Spec& spec,
                                    Progress& progress);

}  // namespace diwan
