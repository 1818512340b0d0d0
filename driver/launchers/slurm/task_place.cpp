// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/task_place.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <system_error>

#include <sys/signalfd.h>
#include <unistd.h>

namespace diwan::slurm {
namespace {

std::optional<std::uint32_t> number_of(const char* variable) {
  const char* text = std::getenv(variable);
  std::uint32_t number = 0;
  if (text == nullptr) {
    return std::nullopt;
  }
  const char* end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, number);
  return error == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

}  // namespace

std::optional<TaskIdentity> own_identity() {
  const auto job = number_of("SLURM_ARRAY_JOB_ID");
  const auto task = number_of("SLURM_ARRAY_TASK_ID");
  if (!job || !task) {
    return std::nullopt;
  }
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return TaskIdentity{.job = *job,
                      .task = *task,
                      .restarts = number_of("SLURM_RESTART_COUNT").value_or(0),
                      .host = host.data()};
}

int open_signals(std::initializer_list<int> numbers) {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int number : numbers) {
    sigaddset(&wanted, number);
  }
  sigprocmask(SIG_BLOCK, &wanted, nullptr);
  const int file = signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
  if (file < 0) {
    throw std::system_error{errno, std::generic_category(), "signalfd"};
  }
  return file;
}

}  // namespace diwan::slurm
