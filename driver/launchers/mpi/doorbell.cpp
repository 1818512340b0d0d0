// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/mpi/doorbell.hpp"

#include <cerrno>
#include <csignal>
#include <system_error>

#include <sys/signalfd.h>
#include <unistd.h>

namespace diwan::mpi {
namespace {

constexpr int bell = SIGURG;

int open_bell() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, bell);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  const int descriptor = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) {
    throw std::system_error(errno, std::generic_category(), "signalfd");
  }
  return descriptor;
}

}  // namespace

Doorbell::Doorbell() : rung_(open_bell()) {}

void Doorbell::answer() const {
  // Rings that nobody has read are one.
  signalfd_siginfo information{};
  [[maybe_unused]] const auto size = ::read(descriptor(), &information, sizeof information);
}

void Doorbell::ring(const ProcessIdentity& process) {
  ::kill(static_cast<pid_t>(process.pid), bell);
}

}  // namespace diwan::mpi
