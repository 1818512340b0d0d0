// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/types.h>

namespace diwan {

/// What to execute, and in what surroundings.
struct SpawnOrder {
  std::string program;  ///< a path; relative ones count from the directory
  std::vector<std::string> argv;
  std::vector<std::string> environment;
  std::string directory;            ///< empty: the caller's
  std::vector<std::uint32_t> cpus;  ///< empty: the caller's
  int input = -1;
  int output = -1;
  int error = -1;
};

/// A child, or why there is none.
struct Spawned {
  /// How far the child came.
  enum class Step { clone, session, directory, execute };
  pid_t pid = -1;
  Step step = Step::clone;
  int error = 0;  ///< errno of that step; 0: the child runs
};

/// Starts children as posix_spawn does, sharing memory until exec, and does what it cannot: the
/// child is killed when the calling process dies, and runs on given CPUs. Each child is leader of a
/// session of its own and has default signal dispositions, an empty signal mask, the caller's first
/// limit of open files, and of descriptors only its standard streams, provided that all others are
/// CLOEXEC. To be used from one thread, the main one.
class Spawner {
 public:
  Spawner();
  ~Spawner();
  Spawner(const Spawner&) = delete;
  Spawner& operator=(const Spawner&) = delete;

  Spawned spawn(const SpawnOrder& order);
  /// Of the trials, as it was when this was made.
  const rlimit& open_files() const { return open_files_; }

 private:
  void* stack_ = nullptr;
  rlimit open_files_{};
};

}  // namespace diwan
