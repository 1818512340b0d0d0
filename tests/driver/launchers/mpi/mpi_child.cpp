// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <cstdio>

#include <mpi.h>

// A trial that is an MPI program: its metric is the size of its world.
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
