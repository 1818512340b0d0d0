// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#ifndef DIWAN_SPANK_FAULT_H
#define DIWAN_SPANK_FAULT_H

// The plugin that tests load goes wrong where plugstack.conf says so (fault=HOOK:crash, abort or
// error). The plugin that is installed has nothing of this.

#ifdef DIWAN_SPANK_FAULTS
#include <stdlib.h>
#include <string.h>

static char diwan_fault_wanted[64];

static inline int diwan_fault(const char* hook) {
  const size_t length = strlen(hook);
  if (strncmp(diwan_fault_wanted, hook, length) != 0 || diwan_fault_wanted[length] != ':') {
    return 0;
  }
  const char* kind = diwan_fault_wanted + length + 1;
  if (strcmp(kind, "crash") == 0) {
    *(volatile int*)0 = 1;
  } else if (strcmp(kind, "abort") == 0) {
    abort();
  }
  return -1;
}
#else
static inline int diwan_fault(const char* hook) {
  (void)hook;
  return 0;
}
#endif

#endif
