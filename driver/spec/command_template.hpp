// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <vector>

#include "driver/spec/field.hpp"
#include "driver/spec/trial_template.hpp"

namespace diwan {

/// Reads `kind: Command` of diwan/v1. Relative paths are taken from `folder`, that of the file.
/// @return the place of each element of `out.command`.
std::vector<Field> read_command(const Field& trial_spec, const std::filesystem::path& folder,
                                TrialTemplate& out);

/// The text as a path below `folder` where it is relative.
std::string absolute_path(const std::string& text, const std::filesystem::path& folder);

/// Reads a length of time; wrong forms are reported.
std::optional<std::chrono::seconds> read_duration(const Field& field);

/// Reads a quantity in whole units, rounded up; wrong forms are reported.
std::optional<std::uint64_t> read_quantity(const Field& field, const std::string& example);

}  // namespace diwan
