// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <vector>

#include "driver/launchers/launcher.hpp"

namespace diwan::slurm {

// The file `launches` of an array, whose tasks find their own row without reading the others':
//
//   magic: 8 bytes      "DIWANA" 1 0
//   count: uint32       of rows, little-endian
//   reserved: uint32    0
//   places: uint64 ...  count + 2 of them: where the settings, each row, and the end are
//   frames              Configure (the settings), then a Start for each row; see protocol.hpp

/// The file is no such file, or has no such row.
struct LaunchFileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Written durably. For pilots there are no rows. @throws std::system_error
void write_launch_file(const std::filesystem::path& path, const RunSettings& settings,
                       std::span<const Launch> launches);

/// @throws LaunchFileError
RunSettings read_settings(const std::filesystem::path& path);
/// The row, from 0. @throws LaunchFileError
Launch read_launch(const std::filesystem::path& path, std::uint32_t row);
/// The runs of all rows, in order. @throws LaunchFileError
std::vector<RunKey> read_runs(const std::filesystem::path& path);

}  // namespace diwan::slurm
