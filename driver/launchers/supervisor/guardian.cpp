// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/guardian.hpp"

#include <cerrno>
#include <csignal>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/launchers/supervisor/process_tree.hpp"

namespace diwan {

namespace {

[[noreturn]] void end_as(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    struct sigaction plain {};
    plain.sa_handler = SIG_DFL;
    sigaction(signal, &plain, nullptr);
    raise(signal);
  }
  _exit(WEXITSTATUS(wait_status));
}

}  // namespace

void go_on_guarded(int descriptor) {
  const pid_t child = fork();
  if (child < 0) {
    return;
  }
  if (child == 0) {
    setsid();
    prctl(PR_SET_CHILD_SUBREAPER, 1);  // not inherited
    return;
  }
  close(descriptor);
  prctl(PR_SET_NAME, "diwan-guardian");
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  kill_descendants();
  end_as(status);
}

}  // namespace diwan
