// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <span>

#include "driver/launchers/launcher.hpp"

namespace diwan::slurm {

// The file `manifest` of an array whose tasks run a user's own batch script. The SPANK plugin
// (slurm-plugin/manifest.h) reads it; numbers are little-endian:
//
//   magic: 8 bytes      "DIWANM" 1 0
//   count: uint32       of rows
//   checksum: uint32    CRC-32C of the 12 bytes before
//   places: uint64 ...  count of them: where each row is
//   row := length: uint32    of all that follows, at most 1 MiB
//          checksum: uint32  CRC-32C of all that follows
//          row, trial, attempt: uint32
//          text of the file DIWAN_PARAMETERS, NUL
//          NAME=value, NUL ...: the trial's environment, as far as it is known beforehand

/// Written durably: a row for each launch, in order.
/// @throws std::length_error for a row that is too long, std::system_error
void write_manifest(const std::filesystem::path& path, const RunSettings& settings,
                    std::span<const Launch> launches);

}  // namespace diwan::slurm
