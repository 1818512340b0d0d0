// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/mpi/world.hpp"

#include <array>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include <mpi.h>
#include <unistd.h>

#include "driver/launchers/mpi/channel.hpp"
#include "driver/launchers/mpi/check.hpp"
#include "driver/launchers/mpi/dialogue.hpp"
#include "driver/launchers/mpi/doorbell.hpp"
#include "driver/launchers/mpi/start_watch.hpp"

namespace diwan {
namespace {

using namespace std::chrono_literals;

/// Does something unless destroyed in time.
class Watchdog {
 public:
  Watchdog(std::chrono::milliseconds patience, std::function<void()> act)
      : thread_([this, patience, act = std::move(act)](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          wake_.wait_for(lock, stop, patience, [] { return false; });
          if (!stop.stop_requested()) {
            act();
          }
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace

MpiWorld::MpiWorld(int& argc, char**& argv) : doorbell_(std::make_unique<mpi::Doorbell>()) {
  int provided = 0;
  {
    const mpi::StartWatch watch(present_variables());
    mpi::check(MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
  }
  if (provided < MPI_THREAD_FUNNELED) {
    throw mpi::MpiError("MPI_Init_thread: the MPI library (" + library() +
                        ") does not allow threads beside it; use one that was built with threads");
  }
  mpi::check(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  mpi::check(MPI_Comm_rank(MPI_COMM_WORLD, &rank_), "MPI_Comm_rank");
  mpi::check(MPI_Comm_size(MPI_COMM_WORLD, &size_), "MPI_Comm_size");
  channel_ = std::make_unique<mpi::Channel>(MPI_COMM_WORLD);
}

MpiWorld::~MpiWorld() { finalize(0); }

void MpiWorld::dismiss_workers(const std::set<int>& gone, std::chrono::milliseconds patience) {
  if (rank_ != 0 || dismissed_) {
    return;
  }
  dismissed_ = true;
  lost_ranks_ = !gone.empty();
  std::set<int> ranks;
  for (int rank = 1; rank < size_; ++rank) {
    if (!gone.contains(rank)) {
      ranks.insert(rank);
    }
  }
  mpi::dismiss(*channel_, std::move(ranks), patience);
}

void MpiWorld::finalize(int status) {
  if (!channel_) {
    return;
  }
  dismiss_workers();
  const bool recovers = mpirun_recovers(present_variables());
  // An mpirun of Open MPI 4.1 that lets the others live waits for ever for a rank that was killed,
  // where daemons start the ranks. Now that all is done it is told to end; our parent is that
  // mpirun, or its daemon here, without which it ends too.
  const auto leave = [end_mpirun = recovers && lost_ranks_ && rank_ == 0] {
    if (end_mpirun) {
      ::kill(::getppid(), SIGTERM);
    }
  };
  {
    const Watchdog watchdog(5s, [&leave, told = recovers ? 0 : status] {
      leave();
      ::_exit(told);
    });
    channel_.reset();
    MPI_Finalize();
  }
  leave();
}

std::string MpiWorld::library() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  mpi::check(MPI_Get_library_version(text.data(), &length), "MPI_Get_library_version");
  const std::string whole(text.data(), static_cast<std::size_t>(length));
  return whole.substr(0, whole.find_first_of(",\n"));
}

}  // namespace diwan
