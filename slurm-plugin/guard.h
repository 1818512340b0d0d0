// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#ifndef DIWAN_SPANK_GUARD_H
#define DIWAN_SPANK_GUARD_H

/// Calls `body(argument)`, and comes back even where it crashes or aborts: a slurmstepd that dies
/// in a hook leaves its job running for ever. A fault in another thread, or while no guard is up,
/// does what it would have done.
/// @return what body returned; -1 where it crashed
int diwan_guarded(int (*body)(void* argument), void* argument);

#endif
