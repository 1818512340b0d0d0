// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>

#include "driver/core/experiment.hpp"
#include "driver/store/segment.hpp"
#include "driver/store/store.hpp"

namespace diwan {

/// Makes experiment.h5 anew with all records up to snapshot.last_record(): those the old one has,
/// and those that the journal on disk has after it (docs/hdf5.md, section 4). Then deletes the
/// segments before `keep_from`, which must hold no later record.
/// @return the size of the file.
/// @throws StoreError; the old file and the journal are then as they were.
std::uint64_t write_checkpoint(const std::filesystem::path& directory, std::uint64_t epoch,
                               const Experiment& snapshot, const CheckpointNames& names,
                               const SegmentName& keep_from);

}  // namespace diwan
