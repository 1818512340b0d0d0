// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/spawn.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace diwan {

namespace {

constexpr std::size_t stack_bytes = std::size_t{256} << 10;

/// What the child needs; it runs in our memory until it executes, and allocates nothing.
struct Child {
  const char* program;
  char* const* argv;
  char* const* environment;
  const char* directory;
  const std::vector<unsigned long>* cpu_mask;
  const int* streams;
  const rlimit* open_files;
  pid_t parent;
  Spawned::Step step;
  int error;
};

int fail(Child& child, Spawned::Step step) {
  child.step = step;
  child.error = errno;
  return 127;
}

/// The supervisor ignores and blocks signals; a trial gets every one as it would from a shell.
void restore_signals() {
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2, SIGTSTP,
                           SIGTTIN, SIGTTOU, SIGALRM, SIGCHLD}) {
    sigaction(signal, &plain, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

int run_child(void* argument) {
  Child& child = *static_cast<Child*>(argument);
  if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
    return fail(child, Spawned::Step::session);
  }
  // The parent may have died before PR_SET_PDEATHSIG held.
  if (getppid() != child.parent) {
    return 127;
  }
  if (!child.cpu_mask->empty()) {
    // Refused where the mask lies outside our cpuset; the trial then keeps the CPUs we have.
    sched_setaffinity(0, child.cpu_mask->size() * sizeof(unsigned long),
                      reinterpret_cast<const cpu_set_t*>(child.cpu_mask->data()));
  }
  setrlimit(RLIMIT_NOFILE, child.open_files);
  if (*child.directory != '\0' && chdir(child.directory) != 0) {
    return fail(child, Spawned::Step::directory);
  }
  for (int i = 0; i < 3; ++i) {
    if (dup2(child.streams[i], i) < 0) {
      return fail(child, Spawned::Step::execute);
    }
  }
  restore_signals();
  execve(child.program, child.argv, child.environment);
  return fail(child, Spawned::Step::execute);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> list;
  list.reserve(texts.size() + 1);
  for (const std::string& text : texts) {
    list.push_back(const_cast<char*>(text.c_str()));
  }
  list.push_back(nullptr);
  return list;
}

std::vector<unsigned long> mask_of(const std::vector<std::uint32_t>& cpus) {
  constexpr std::size_t bits = 8 * sizeof(unsigned long);
  std::vector<unsigned long> mask;
  for (const std::uint32_t cpu : cpus) {
    mask.resize(std::max<std::size_t>(mask.size(), cpu / bits + 1));
    mask.at(cpu / bits) |= 1UL << (cpu % bits);
  }
  return mask;
}

}  // namespace

Spawner::Spawner()
    : stack_{mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)} {
  if (stack_ == MAP_FAILED) {
    throw std::system_error{errno, std::generic_category(), "mmap of a stack for children"};
  }
  getrlimit(RLIMIT_NOFILE, &open_files_);
}

Spawner::~Spawner() { munmap(stack_, stack_bytes); }

Spawned Spawner::spawn(const SpawnOrder& order) {
  const std::vector<char*> argv = pointers(order.argv);
  const std::vector<char*> environment = pointers(order.environment);
  const std::vector<unsigned long> mask = mask_of(order.cpus);
  const int streams[] = {order.input, order.output, order.error};
  Child child{.program = order.program.c_str(),
              .argv = argv.data(),
              .environment = environment.data(),
              .directory = order.directory.c_str(),
              .cpu_mask = &mask,
              .streams = &streams[0],
              .open_files = &open_files_,
              .parent = getpid(),
              .step = Spawned::Step::clone,
              .error = 0};
  // CLONE_VFORK: we go on when the child has executed or ended, so its view of our memory holds.
  const pid_t pid = clone(&run_child, static_cast<char*>(stack_) + stack_bytes,
                          CLONE_VM | CLONE_VFORK | SIGCHLD, &child);
  if (pid < 0) {
    return {.pid = -1, .step = Spawned::Step::clone, .error = errno};
  }
  return {.pid = pid, .step = child.step, .error = child.error};
}

}  // namespace diwan
