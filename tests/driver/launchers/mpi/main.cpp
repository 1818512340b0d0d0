// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <filesystem>
#include <iostream>
#include <string>

#include <gtest/gtest.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp

#include "driver/launchers/mpi/worker.hpp"
#include "driver/launchers/supervisor/supervisor.hpp"
#include "rank0.hpp"

// Started by mpirun: rank 0 runs the tests, the other ranks are workers, and each worker's
// supervisor is this program again.

namespace diwan {
namespace {

Rank0* present = nullptr;

int run_tests(MpiWorld& world) {
  const std::string pattern = std::filesystem::temp_directory_path() / "diwan-mpi-XXXXXX";
  std::string directory = pattern;
  if (::mkdtemp(directory.data()) == nullptr) {
    std::cerr << pattern << ": cannot make a directory\n";
    return 1;
  }
  int status = 1;
  {
    Rank0 rank(world, directory);
    present = &rank;
    status = RUN_ALL_TESTS();
  }
  std::filesystem::remove_all(directory);
  return status;
}

int task_main(int argc, char** argv) {
  const Variables variables = present_variables();
  if (variables.contains("DIWAN_TEST_DIE_BEFORE_MPI") && early_rank(variables) == 1U) {
    return 9;
  }
  const auto supervisor = supervisor_before_mpi("/proc/self/exe", present_variables());
  MpiWorld world(argc, argv);
  const int status = world.rank() == 0 ? run_tests(world) : mpi_worker_main(world, *supervisor);
  world.finalize(status);
  return status;
}

}  // namespace

Rank0& rank0() { return *present; }

}  // namespace diwan

int main(int argc, char** argv) {
  try {
    if (argc == 4 && std::string(argv[1]) == "exec") {
      return diwan::supervisor_main(std::stoi(argv[3]));
    }
    testing::InitGoogleTest(&argc, argv);
    return diwan::task_main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
