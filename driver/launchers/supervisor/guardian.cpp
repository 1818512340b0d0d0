// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/guardian.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/launchers/supervisor/process_tree.hpp"

namespace diwan {

namespace {

/// A process that has not died so long after KILL hangs in the kernel.
constexpr std::chrono::seconds longest_death{10};

/// Kills all descendants until there is none.
void kill_descendants() {
  const pid_t self = getpid();
  const auto deadline = std::chrono::steady_clock::now() + longest_death;
  // No child is left once waitpid says so; a zombie's children come to us with its end.
  while (waitpid(-1, nullptr, WNOHANG) >= 0 && std::chrono::steady_clock::now() < deadline) {
    for (const Process& process :
         trees(list_processes(), [&](const Process& each) { return each.parent == self; })) {
      send_signal(process, SIGKILL);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
}

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
