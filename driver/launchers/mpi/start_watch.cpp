// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/mpi/start_watch.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <pthread.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigfillset
#include <unistd.h>

#include "driver/launchers/supervisor/process_tree.hpp"

namespace diwan::mpi {
namespace {

using namespace std::chrono_literals;

constexpr auto pause_between = 200ms;
constexpr auto longest_start = 5min;
constexpr int requeue = 75;

bool is_rank(const Process& process) {
  return initial_variable(process.pid, "OMPI_COMM_WORLD_RANK") ||
         initial_variable(process.pid, "PMI_RANK") || initial_variable(process.pid, "SLURM_PROCID");
}

/// Live children of the launcher's daemon that started us, ourselves included, lowest id first.
std::vector<Process> ranks_here() {
  std::vector<Process> ranks = list_processes();
  const pid_t daemon = ::getppid();
  std::erase_if(ranks, [daemon](const Process& process) {
    return process.parent != daemon || process.zombie || !is_rank(process);
  });
  return ranks;
}

[[noreturn]] void give_up(const char* why, bool speak) {
  if (speak) {
    std::fprintf(stderr, "diwan: %s; ending what was started. The same command starts again\n",
                 why);
  }
  ::_exit(requeue);
}

}  // namespace

bool rank_0_gone_here(std::uint32_t rank, const Variables& variables) {
  // Ranks of a host are counted in their order: with as many before us here as there are at all,
  // rank 0 is one of them.
  if (number_in(variables, "OMPI_COMM_WORLD_LOCAL_RANK") != rank) {
    return false;
  }
  const std::vector<Process> ranks = ranks_here();
  return std::none_of(ranks.begin(), ranks.end(), [](const Process& process) {
    return initial_variable(process.pid, "OMPI_COMM_WORLD_RANK") == "0";
  });
}

bool MissingRank::observe(std::size_t alive, Clock::time_point now) {
  most_ = std::max(most_, alive);
  const bool dropped = alive < most_;
  if (!observed_ || (!dropped && alive >= expected_)) {
    observed_ = true;
    complete_ = now;
    return false;
  }
  return now - complete_ > (dropped ? 1s : 5s);
}

StartWatch::StartWatch(const Variables& variables) {
  if (!under_mpi_launcher(variables)) {
    return;
  }
  // The thread takes no signals: those are for the ones that wait for them.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread(
      [this, expected = number_in(variables, "OMPI_COMM_WORLD_LOCAL_SIZE").value_or(0)] {
        watch(expected);
      });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

StartWatch::~StartWatch() {
  if (!thread_.joinable()) {
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  end_.notify_one();
  thread_.join();
}

void StartWatch::watch(std::size_t expected) {
  const auto start = MissingRank::Clock::now();
  MissingRank missing(expected);
  while (true) {
    std::unique_lock lock(mutex_);
    if (end_.wait_for(lock, pause_between, [this] { return over_; })) {
      return;
    }
    lock.unlock();
    const auto now = MissingRank::Clock::now();
    const std::vector<Process> ranks = ranks_here();
    const bool first = !ranks.empty() && ranks.front().pid == ::getpid();
    if (missing.observe(ranks.size(), now)) {
      give_up("a rank ended while MPI was starting", first);
    }
    if (now - start > longest_start) {
      give_up("MPI did not start within five minutes: a rank on another host may have ended",
              first);
    }
  }
}

}  // namespace diwan::mpi
