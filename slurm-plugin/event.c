// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "slurm-plugin/event.h"

#include <string.h>

#include "slurm-plugin/crc32c.h"
#include "slurm-plugin/little_endian.h"

enum { host_at = 48, host_bytes = 16 };

void diwan_event_encode(const struct diwan_event* event, const char* host,
                        unsigned char bytes[diwan_event_bytes]) {
  memset(bytes, 0, diwan_event_bytes);
  memcpy(bytes, "DWEV", 4);
  diwan_put32(bytes + 8, (uint32_t)event->kind);
  diwan_put32(bytes + 12, event->array);
  diwan_put32(bytes + 16, event->task);
  diwan_put32(bytes + 20, event->restarts);
  diwan_put32(bytes + 24, event->job);
  diwan_put32(bytes + 28, event->trial);
  diwan_put32(bytes + 32, event->attempt);
  diwan_put32(bytes + 36, (uint32_t)event->status);
  diwan_put64(bytes + 40, event->time_us);
  const size_t length = strlen(host);
  memcpy(bytes + host_at, host, length < host_bytes ? length : host_bytes);
  diwan_put32(bytes + 4, diwan_crc32c(bytes + 8, diwan_event_bytes - 8));
}
