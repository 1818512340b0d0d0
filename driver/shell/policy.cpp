// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/policy.hpp"

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>

#include <sys/eventfd.h>
#include <unistd.h>

namespace diwan {
struct PolicyThread::State {
  using Work = std::variant<std::vector<Fact>, std::uint32_t>;

  std::unique_ptr<Suggester> suggester;
  int wake = -1;
  std::mutex mutex;
  std::condition_variable_any more;
  std::deque<Work> work;
  News news;
  std::exception_ptr failure;
  std::jthread thread;

  void run(const std::stop_token& stop) {
    while (true) {
      std::unique_lock lock(mutex);
      if (!more.wait(lock, stop, [&] { return !work.empty(); })) {
        return;
      }
      const Work next = std::move(work.front());
      work.pop_front();
      lock.unlock();
      carry_out(next);
    }
  }

  void carry_out(const Work& next) {
    try {
      if (const auto* facts = std::get_if<std::vector<Fact>>(&next)) {
        for (const Fact& fact : *facts) {
          suggester->tell(fact);
        }
        std::vector<StopAdvice> advice = suggester->stops();
        if (advice.empty()) {
          return;
        }
        const std::lock_guard lock(mutex);
        news.stops = std::move(advice);
        eventfd_write(wake, 1);
        return;
      }
      Suggestions found = suggester->ask(std::get<std::uint32_t>(next));
      const std::lock_guard lock(mutex);
      news.answer = std::move(found);
    } catch (...) {
      const std::lock_guard lock(mutex);
      failure = std::current_exception();
    }
    eventfd_write(wake, 1);
  }
};

PolicyThread::PolicyThread(std::unique_ptr<Suggester> suggester)
    : state_(std::make_unique<State>()) {
  state_->suggester = std::move(suggester);
  state_->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (state_->wake < 0) {
    throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  state_->thread =
      std::jthread([state = state_.get()](const std::stop_token& stop) { state->run(stop); });
}

PolicyThread::~PolicyThread() {
  state_->thread.request_stop();
  state_->thread.join();
  close(state_->wake);
}

void PolicyThread::tell(std::vector<Fact> facts) {
  if (facts.empty()) {
    return;
  }
  const std::lock_guard lock(state_->mutex);
  state_->work.emplace_back(std::move(facts));
  state_->more.notify_one();
}

void PolicyThread::ask(std::uint32_t count) {
  const std::lock_guard lock(state_->mutex);
  state_->work.emplace_back(count);
  state_->more.notify_one();
}

PolicyThread::News PolicyThread::news() {
  eventfd_t ignored = 0;
  eventfd_read(state_->wake, &ignored);
  const std::lock_guard lock(state_->mutex);
  if (state_->failure) {
    std::rethrow_exception(std::exchange(state_->failure, nullptr));
  }
  return std::exchange(state_->news, {});
}

int PolicyThread::wake_descriptor() const { return state_->wake; }

}  // namespace diwan
