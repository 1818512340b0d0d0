// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <string>

#include "driver/core/event.hpp"

namespace diwan {

/// Why a run was lost, for people: "preempted".
const char* in_words(LostCause cause);

/// The last name of a path, without what lies before it: a directory that was moved gives the same.
std::string directory_name(const std::filesystem::path& directory);

}  // namespace diwan
