// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/mpi/process_identity.hpp"

#include <array>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace diwan::mpi {
namespace {

struct ProcessState {
  char state = '?';
  std::uint64_t start_ticks = 0;
};

/// proc(5): field 3 is the state, field 22 the start time; field 2 may hold spaces and parentheses.
std::optional<ProcessState> read_state(std::int64_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) {
    return std::nullopt;
  }
  const auto close = line.rfind(')');
  if (close == std::string::npos) {
    return std::nullopt;
  }
  std::istringstream fields(line.substr(close + 1));
  ProcessState process;
  fields >> process.state;
  std::string skipped;
  for (int field = 4; field < 22; ++field) {
    fields >> skipped;
  }
  fields >> process.start_ticks;
  return fields ? std::optional(process) : std::nullopt;
}

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
  const auto state = read_state(pid);
  return {.host = host.data(),
          .boot_id = first_line("/proc/sys/kernel/random/boot_id"),
          .pid_namespace = link_target("/proc/self/ns/pid"),
          .pid = pid,
          .start_ticks = state ? state->start_ticks : 0};
}

bool same_host(const ProcessIdentity& a, const ProcessIdentity& b) {
  return !a.boot_id.empty() && a.boot_id == b.boot_id && a.pid_namespace == b.pid_namespace;
}

std::optional<bool> alive(const ProcessIdentity& process, const ProcessIdentity& self) {
  if (!same_host(process, self)) {
    return std::nullopt;
  }
  const auto state = read_state(process.pid);
  return state && state->state != 'Z' && state->state != 'X' &&
         state->start_ticks == process.start_ticks;
}

}  // namespace diwan::mpi
