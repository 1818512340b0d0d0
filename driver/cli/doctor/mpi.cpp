// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/doctor/mpi.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <unistd.h>

#include "driver/launchers/slurm/scheduler/command.hpp"
#include "driver/launchers/supervisor/environment.hpp"
#include "driver/launchers/supervisor/spawn.hpp"

namespace diwan::doctor {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds patience = 20s;

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// Two ranks of `diwan-mpi --version`: MPI is initialised and ended in each.
Finding try_two_ranks(Spawner& spawner, const fs::path& mpi_program) {
  std::vector<std::string> environment = clean_environment(environ);
  const slurm::Finished done = slurm::run_command(
      spawner, {"mpirun", "--oversubscribe", "-n", "2", mpi_program.native(), "--version"},
      environment, "", patience);
  if (done.status == 0) {
    return {"mpi", Grade::good, "two ranks of this build start under it", ""};
  }
  return {"mpi", Grade::problem,
          "two ranks of this build do not start under it: " +
              (done.killed ? "no end after " + std::to_string(patience / 1s) + " s"
                           : first_line(done.error)),
          "use the mpirun of the MPI library that Diwan was built with (ldd " +
              mpi_program.native() + "), or build Diwan with this one"};
}

}  // namespace

Findings examine_mpi(const fs::path& program) {
  const fs::path mpi_program = program.parent_path().parent_path() / "libexec/diwan/diwan-mpi";
  if (!fs::exists(mpi_program)) {
    return {{"mpi", Grade::note, "this build has no MPI launcher",
             "configure with -DDIWAN_WITH_MPI=ON to run under mpirun"}};
  }
  Spawner spawner;
  const slurm::Finished version = slurm::run_command(spawner, {"mpirun", "--version"},
                                                     clean_environment(environ), "", patience);
  if (version.status != 0) {
    return {{"mpi", Grade::note, "no mpirun on the PATH", "load your site's MPI module to use it"}};
  }
  return {{"mpi", Grade::good, first_line(version.out), ""}, try_two_ranks(spawner, mpi_program)};
}

}  // namespace diwan::doctor
