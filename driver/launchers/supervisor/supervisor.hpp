// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

namespace diwan {

/// The trial supervisor: one process for a host or worker that runs any number of trials in one
/// loop (design.md section 7). `PROGRAM exec --supervisor FD` calls it and returns what it returns.
///
/// Speaks protocol.hpp over the connected stream socket `descriptor`. When the other end is closed
/// it ends its trials (TERM, one second, KILL) and returns. It goes on at INT, TERM and HUP, is a
/// session of its own and the reaper of all that its trials leave behind.
int supervisor_main(int descriptor);

}  // namespace diwan
