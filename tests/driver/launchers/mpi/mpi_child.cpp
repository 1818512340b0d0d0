// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <cstdio>

#include <mpi.h>

// A trial that is an MPI program: its metric is the size of its world.
// Open MPI keeps memory in modules that it has unloaded by then, which no suppression can name.
// NOLINTNEXTLINE(bugprone-reserved-identifier, readability-identifier-naming)
extern "C" const char* __asan_default_options();
// NOLINTNEXTLINE(bugprone-reserved-identifier, readability-identifier-naming)
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

int main(int argc, char** argv) {
  if (MPI_Init(&argc, &argv) != MPI_SUCCESS) {
    return 1;
  }
  int rank = 0;
  int size = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  if (rank == 0) {
    std::printf("loss=%d\n", size);
  }
  MPI_Finalize();
  return 0;
}
