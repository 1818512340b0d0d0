// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/core/experiment.hpp"
#include "driver/store/chain.hpp"
#include "driver/store/h5.hpp"
#include "driver/store/store.hpp"

namespace diwan {

/// Writes what of a checkpoint shows the state (docs/hdf5.md, section 2): all but /observations,
/// /observations_text and /events. @throws StoreError.
void write_state_tables(h5::Output& output, const Experiment& experiment,
                        const CheckpointNames& names, const CheckpointHead& head);

}  // namespace diwan
