// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/policy.hpp"

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

namespace diwan {
struct PolicyThread::State {
  struct Work {
    std::vector<Fact> facts;  ///< told first
    std::uint32_t asked = 0;
  };

  std::unique_ptr<Suggester> suggester;
  int wake = -1;
  std::mutex mutex;
  std::condition_variable more;
  std::vector<Work> work;
  News news;
  std::exception_ptr failure;
  std::atomic<bool> ending = false;
  std::thread thread;

  void run() {
    std::vector<Work> taken;
    while (!ending) {
      {
        std::unique_lock lock(mutex);
        more.wait(lock, [&] { return ending || !work.empty(); });
        std::swap(taken, work);
      }
      for (const Work& each : taken) {
        if (!ending) {
          carry_out(each);
        }
      }
      taken.clear();
    }
  }

  void carry_out(const Work& each) {
    News fresh;
    std::exception_ptr thrown;
    try {
      for (const Fact& fact : each.facts) {
        suggester->tell(fact);
      }
      if (!each.facts.empty()) {
        fresh.stops = suggester->stops();
      }
      if (each.asked > 0) {
        fresh.answer = suggester->ask(each.asked);
      }
    } catch (...) {
      thrown = std::current_exception();
    }
    if (!thrown && !fresh.answer && fresh.stops.empty()) {
      return;
    }
    {
      const std::lock_guard lock(mutex);
      if (thrown) {
        failure = thrown;
      }
      if (fresh.answer) {
        news.answer = std::move(fresh.answer);
      }
      if (!fresh.stops.empty()) {
        news.stops = std::move(fresh.stops);
      }
    }
    eventfd_write(wake, 1);
  }

  void give(Work each) {
    {
      const std::lock_guard lock(mutex);
      work.push_back(std::move(each));
    }
    more.notify_one();
  }
};

PolicyThread::PolicyThread(std::unique_ptr<Suggester> suggester)
    : state_(std::make_unique<State>()) {
  state_->suggester = std::move(suggester);
  state_->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (state_->wake < 0) {
    throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

PolicyThread::~PolicyThread() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->more.notify_one();
  state_->thread.join();
  close(state_->wake);
}

void PolicyThread::tell(std::vector<Fact> facts) {
  if (!facts.empty()) {
    state_->give({.facts = std::move(facts)});
  }
}

void PolicyThread::ask(std::uint32_t count, std::vector<Fact> facts) {
  state_->give({.facts = std::move(facts), .asked = count});
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
