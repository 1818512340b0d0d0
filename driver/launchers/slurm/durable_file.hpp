// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <string_view>
#include <system_error>

namespace diwan::slurm {

/// Written to a temporary file, synced and renamed: whoever looks sees all of it or what was there
/// before, also after a crash of the host.
/// @throws std::system_error naming the file
void write_durably(const std::filesystem::path& path, std::string_view text);

/// Does an error of a file system go away by itself, or when somebody makes room there?
bool may_pass(const std::error_code& error);

}  // namespace diwan::slurm
