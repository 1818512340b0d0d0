// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>

#include "driver/launchers/mpi_environment.hpp"

namespace diwan::mpi {

/// Whether a rank of this host is missing: fewer live ones than there were for a second, or than
/// were to come for five.
class MissingRank {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param expected  ranks that the launcher starts on this host; 0 where it does not say.
  explicit MissingRank(std::size_t expected) : expected_(expected) {}

  bool observe(std::size_t alive, Clock::time_point now);

 private:
  std::size_t expected_;
  std::size_t most_ = 0;
  Clock::time_point complete_{};  ///< when last none was missing
  bool observed_ = false;
};

/// Ends this process when MPI cannot start any more. Under `mpirun --enable-recovery` a rank that
/// dies in MPI_Init leaves all others in it for ever: one on this host is missed within seconds,
/// one elsewhere when the start has taken five minutes. Lives as long as MPI_Init runs.
class StartWatch {
 public:
  explicit StartWatch(const Variables& variables);
  StartWatch(const StartWatch&) = delete;
  StartWatch& operator=(const StartWatch&) = delete;
  ~StartWatch();

 private:
  void watch(std::size_t expected);

  std::mutex mutex_;
  std::condition_variable end_;
  bool over_ = false;
  std::thread thread_;
};

/// Was rank 0 started on this host, as far as the numbers of `rank` tell, and is it gone? Between
/// MPI_Init and its first message nobody else would say so.
bool rank_0_gone_here(std::uint32_t rank, const Variables& variables);

}  // namespace diwan::mpi
