// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#ifndef DIWAN_SPANK_TRIAL_H
#define DIWAN_SPANK_TRIAL_H

#include <stdint.h>
#include <sys/types.h>

#include "slurm-plugin/manifest.h"

// What is done to files, all of it with the user's rights. Each gives 0 or a descriptor, or -1 with
// a message of at most diwan_message_bytes.

/// Which task of which array.
struct diwan_place {
  uint32_t array;
  uint32_t task;
  uint32_t job;
};

/// Makes the row this task's own, once for ever: a task that was requeued, or one of an array that
/// was submitted twice, finds it taken.
int diwan_trial_take(const char* directory, const struct diwan_place* place, char* message);

/// Makes the folders of the trial, the one for TMPDIR (`temporary`), and the file of its
/// parameters.
int diwan_trial_prepare(const struct diwan_row* row, const char* temporary, char* message);

/// Opens the file `events` to append to; it is a regular file of this user's own.
int diwan_trial_open_events(const char* directory, uid_t user, char* message);

#endif
