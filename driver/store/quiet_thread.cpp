// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/quiet_thread.hpp"

#include <csignal>
#include <utility>

#include <pthread.h>

namespace diwan {

std::thread quiet_thread(std::function<void()> run) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);  // a thread starts with its maker's mask
  std::thread thread(std::move(run));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace diwan
