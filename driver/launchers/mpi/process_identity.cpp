// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/mpi/process_identity.hpp"

#include <array>
#include <fstream>

#include <unistd.h>

#include "driver/launchers/supervisor/process_tree.hpp"

namespace diwan::mpi {
namespace {

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string link_target(const char* path) {
  std::array<char, 128> text{};
  const ssize_t length = ::readlink(path, text.data(), text.size());
  return length > 0 ? std::string(text.data(), static_cast<std::size_t>(length)) : std::string();
}

}  // namespace

ProcessIdentity this_process() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const std::int64_t pid = ::getpid();
  const auto process = read_process(static_cast<pid_t>(pid));
  return {.host = host.data(),
          .boot_id = first_line("/proc/sys/kernel/random/boot_id"),
          .pid_namespace = link_target("/proc/self/ns/pid"),
          .pid = pid,
          .start_ticks = process ? process->start_ticks : 0};
}

bool same_host(const ProcessIdentity& a, const ProcessIdentity& b) {
  return !a.boot_id.empty() && a.boot_id == b.boot_id && a.pid_namespace == b.pid_namespace;
}

std::optional<bool> alive(const ProcessIdentity& process, const ProcessIdentity& self) {
  if (!same_host(process, self)) {
    return std::nullopt;
  }
  const auto seen = read_process(static_cast<pid_t>(process.pid));
  return seen && !seen->zombie && seen->start_ticks == process.start_ticks;
}

}  // namespace diwan::mpi
