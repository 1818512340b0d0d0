// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "slurm-plugin/guard.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>

enum { faults = 5 };
static const int fault_signals[faults] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

// slurmstepd calls hooks one after the other; its other threads call none.
static volatile sig_atomic_t up;
static pthread_t guarded_thread;
static sigjmp_buf way_back;
static struct sigaction before[faults];

static void on_fault(int number) {
  if (up && pthread_equal(guarded_thread, pthread_self())) {
    siglongjmp(way_back, 1);
  }
  // Not ours: as it was before, and once more.
  for (int i = 0; i < faults; ++i) {
    if (fault_signals[i] == number) {
      sigaction(number, &before[i], NULL);
    }
  }
  raise(number);
}

int diwan_guarded(int (*body)(void* argument), void* argument) {
  if (up) {
    return body(argument);
  }
  struct sigaction action = {.sa_handler = on_fault};
  sigemptyset(&action.sa_mask);
  guarded_thread = pthread_self();
  for (int i = 0; i < faults; ++i) {
    sigaction(fault_signals[i], &action, &before[i]);
  }
  volatile int result = -1;
  if (sigsetjmp(way_back, 1) == 0) {
    up = 1;
    result = body(argument);
  }
  up = 0;
  for (int i = 0; i < faults; ++i) {
    sigaction(fault_signals[i], &before[i], NULL);
  }
  return result;
}
