// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#ifndef DIWAN_SPANK_EVENT_H
#define DIWAN_SPANK_EVENT_H

#include <stdint.h>

// Records of the file `events` of an array's folder; driver/launchers/slurm/event_file.hpp reads
// them and says what stands in them.

enum { diwan_event_bytes = 64 };
enum diwan_event_kind { diwan_event_began = 1, diwan_event_ended = 2 };

struct diwan_event {
  enum diwan_event_kind kind;
  uint32_t array;     ///< id of the array's job
  uint32_t task;      ///< its place in the array
  uint32_t restarts;  ///< how often it was requeued before
  uint32_t job;       ///< its own id
  uint32_t trial;     ///< 0: unknown to the plugin
  uint32_t attempt;
  int status;        ///< of wait(2)
  uint64_t time_us;  ///< since 1970
};

void diwan_event_encode(const struct diwan_event* event, const char* host,
                        unsigned char bytes[diwan_event_bytes]);

#endif
