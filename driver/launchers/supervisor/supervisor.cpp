// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/supervisor.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "driver/launchers/supervisor/end_request.hpp"
#include "driver/launchers/supervisor/guardian.hpp"
#include "driver/launchers/supervisor/supervisor_loop.hpp"

namespace diwan {

namespace {

/// Descriptors 0, 1 and 2 are open afterwards, so that no pipe of ours ever gets one of these
/// numbers.
void open_standard_streams() {
  for (int file = 0; file >= 0 && file < 3;) {
    file = open("/dev/null", O_RDWR);
    if (file >= 3) {
      close(file);
    }
  }
}

void close_all_but(int descriptor) {
  constexpr unsigned first = 3;
  const auto kept = static_cast<unsigned>(descriptor);
  if (kept > first) {
    syscall(SYS_close_range, first, kept - 1, 0);
  }
  syscall(SYS_close_range, std::max(kept + 1, first), ~0U, 0);
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

/// Signals that a terminal or mpirun sends to everyone are not for us: the end of our client is,
/// and we see that on the socket. TERM is only noted.
void settle_signals() {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  for (const int signal :
       {SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2, SIGTSTP, SIGTTIN, SIGTTOU}) {
    sigaction(signal, &ignore, nullptr);
  }
  note_end_requests();
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &plain, nullptr);
}

/// Two pipes and two logs for each run; the trials keep the limit that we were given.
void raise_open_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    constexpr rlim_t enough = 65536;
    limit.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, enough));
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

}  // namespace

int supervisor_main(int descriptor) {
  setsid();
  open_standard_streams();
  close_all_but(descriptor);
  settle_signals();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  go_on_guarded(descriptor);
  prctl(PR_SET_NAME, "diwan-trials");
  try {
    SupervisorLoop loop{descriptor, clean_environment(environ)};
    raise_open_files();
    loop.run();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "diwan: the trial supervisor ends: %s\n", error.what());
    return 1;
  }
}

}  // namespace diwan
