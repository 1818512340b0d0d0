// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/end_request.hpp"

#include <atomic>
#include <csignal>
#include <cstdint>
#include <ctime>

namespace diwan {
namespace {

using Clock = std::chrono::steady_clock;

/// Between TERM and KILL; sites set KillWait to a minute at most.
constexpr std::chrono::seconds longest_farewell{90};

/// Nanoseconds of the steady clock; 0: never. Written by a signal handler.
std::atomic<std::int64_t> last_request{0};
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

extern "C" void note_request(int /*signal*/) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  constexpr std::int64_t second_ns = 1'000'000'000;
  last_request.store(now.tv_sec * second_ns + now.tv_nsec);
}

}  // namespace

void note_end_requests() {
  struct sigaction action {};
  action.sa_handler = note_request;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGTERM, &action, nullptr);
}

bool was_told_to_end(Clock::time_point exit) {
  const std::int64_t request = last_request.load();
  const Clock::time_point at{std::chrono::nanoseconds{request}};
  return request != 0 && at >= exit - longest_farewell && at <= exit + longest_word;
}

}  // namespace diwan
