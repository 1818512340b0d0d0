// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/attention.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <sys/epoll.h>
#include <sys/signalfd.h>

namespace diwan {

namespace {

// What an epoll event is about: the number of a run, which is no 0, with 0 or 1 for its stream, or
// one of ours.
constexpr std::uint64_t about_socket = 0;
constexpr std::uint64_t about_signals = 1;

std::uint64_t about_stream(std::uint32_t number, int which) {
  return 2 * std::uint64_t{number} + static_cast<std::uint64_t>(which);
}

int check(int result, const char* call) {
  if (result < 0) {
    throw std::system_error{errno, std::generic_category(), call};
  }
  return result;
}

int open_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  check(sigprocmask(SIG_SETMASK, &set, nullptr), "sigprocmask");
  return check(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
}

void watch(int epoll, int descriptor, std::uint64_t about, std::uint32_t events, int operation) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = about;
  check(epoll_ctl(epoll, operation, descriptor, &event), "epoll_ctl");
}

}  // namespace

Attention::Attention(int socket)
    : socket_{socket},
      signals_{open_signals()},
      epoll_{check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")} {
  watch(*epoll_, socket_, about_socket, EPOLLIN, EPOLL_CTL_ADD);
  watch(*epoll_, *signals_, about_signals, EPOLLIN, EPOLL_CTL_ADD);
}

Attention::News Attention::wait(int patience_ms) {
  std::array<epoll_event, 64> events{};
  const int count =
      epoll_wait(*epoll_, events.data(), static_cast<int>(events.size()), patience_ms);
  News news;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t about = events.at(static_cast<std::size_t>(i)).data.u64;
    if (about == about_socket) {
      news.client = true;
    } else if (about == about_signals) {
      // SIGCHLD alone, and of many pending one.
      signalfd_siginfo information{};
      [[maybe_unused]] const auto size = read(*signals_, &information, sizeof information);
      news.children = true;
    } else {
      news.streams.push_back(
          {.run = static_cast<std::uint32_t>(about / 2), .which = static_cast<int>(about % 2)});
    }
  }
  return news;
}

void Attention::await_room(bool await) {
  if (await != awaits_room_) {
    awaits_room_ = await;
    watch(*epoll_, socket_, about_socket, await ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
  }
}

void Attention::leave_client() { watch(*epoll_, socket_, about_socket, 0, EPOLL_CTL_DEL); }

void Attention::watch_streams(std::uint32_t number, const Run& run) {
  for (const int which : {0, 1}) {
    if (run.stream(which) >= 0) {
      watch(*epoll_, run.stream(which), about_stream(number, which), EPOLLIN, EPOLL_CTL_ADD);
    }
  }
}

void Attention::unwatch_stream(const Run& run, int which) {
  if (run.stream(which) >= 0) {
    // Fails for a run that never began, which was not watched.
    epoll_ctl(*epoll_, EPOLL_CTL_DEL, run.stream(which), nullptr);
  }
}

}  // namespace diwan
