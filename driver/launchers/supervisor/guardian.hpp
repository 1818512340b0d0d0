// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

namespace diwan {

/// Forks: the child returns, as a subreaper in a session of its own, and is the supervisor. The
/// parent, its guardian, only waits for the child's end, kills whatever is left of the trials, and
/// ends as the child did.
///
/// Each trial's leader dies with the supervisor, but what the leader had started does not: it goes
/// to the next subreaper above, which is the guardian, though the supervisor's client was killed at
/// the same moment. If the guardian is killed alone nothing is lost: the client is a subreaper too.
/// The caller must be one and have no thread and no other child. Without a process to spare the
/// caller goes on itself.
/// @param descriptor  the client's socket, which the guardian closes.
void go_on_guarded(int descriptor);

}  // namespace diwan
