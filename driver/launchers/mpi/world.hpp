// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>

namespace diwan {

namespace mpi {
class Channel;
class Doorbell;
}  // namespace mpi

/// MPI from its start to its end: one for a process, made after everything that forks, since under
/// MPI nothing may. Rank 0 coordinates, the others work.
class MpiWorld {
 public:
  /// @throws mpi::MpiError
  MpiWorld(int& argc, char**& argv);
  MpiWorld(const MpiWorld&) = delete;
  MpiWorld& operator=(const MpiWorld&) = delete;
  ~MpiWorld();  ///< finalize(0) if nobody has

  int rank() const { return rank_; }
  int size() const { return size_; }
  mpi::Channel& channel() { return *channel_; }
  const mpi::Doorbell& doorbell() const { return *doorbell_; }

  /// Rank 0, once, at the latest by finalize(): sends the workers home and waits for them, at most
  /// `patience`; `gone` are those known to be dead.
  void dismiss_workers(const std::set<int>& gone = {},
                       std::chrono::milliseconds patience = std::chrono::seconds(5));
  /// Ends MPI. A dead rank may hold MPI_Finalize for ever: after 5 s the process ends with
  /// `status`.
  void finalize(int status);

  /// Name and version of the MPI library.
  static std::string library();

 private:
  int rank_ = 0;
  int size_ = 1;
  bool dismissed_ = false;
  bool lost_ranks_ = false;
  std::unique_ptr<mpi::Doorbell> doorbell_;
  std::unique_ptr<mpi::Channel> channel_;
};

}  // namespace diwan
