// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/cli/mpi_program.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <unistd.h>

#include "driver/cli/programs.hpp"
#include "driver/cli/slurm_steps.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/launchers/mpi_environment.hpp"
#include "driver/shell/announce/herald.hpp"
#include "driver/shell/walltime.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

}  // namespace

void enter_mpi_program(const Call& call, bool announces) {
  const std::string& launcher = call.text("launcher");
  if (call.launchers.count("mpi") != 0 || !under_mpi_launcher(present_variables())) {
    return;
  }
  if (launcher != "auto" && launcher != "mpi") {
    throw UsageError(
        "--launcher " + launcher +
        " under mpirun would start a coordinator on every rank; leave mpirun out, or the "
        "option");
  }
  const fs::path program = helper_program("diwan-mpi");
  if (!fs::exists(program)) {
    throw UsageError("the mpi launcher is not in this build (no " + program.string() +
                     "); configure with -DDIWAN_WITH_MPI=ON");
  }
  // Under MPI nothing may fork any more, so this is the moment to ask.
  if (early_rank(present_variables()) == 0U) {
    if (const std::string problem = note_job_end(present_variables()); !problem.empty()) {
      call.err << "diwan: note: " << problem << '\n';
      call.err.flush();
    }
  }
  if (announces && early_rank(present_variables()).value_or(0) == 0) {
    const int socket = start_herald(exec_program());
    ::setenv(herald_variable, std::to_string(socket).c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  }
  std::vector<std::string> arguments = {program.string()};
  arguments.insert(arguments.end(), call.arguments.begin(), call.arguments.end());
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) {
    pointers.push_back(argument.data());
  }
  pointers.push_back(nullptr);
  execv(program.c_str(), pointers.data());
  throw std::system_error(errno, std::generic_category(), program.string());
}

std::string choose_launcher(const Call& call, const Spec& spec) {
  const std::string& name = call.choice("launcher");
  if (name == "auto") {
    return call.launchers.count("mpi") != 0         ? "mpi"
           : wants_steps(spec, present_variables()) ? "slurm-step"
                                                    : "local";
  }
  if (call.launchers.count(name) != 0 || name == "slurm-step") {
    return name;
  }
  if (name == "mpi") {
    throw UsageError("--launcher mpi: start several ranks, as in `mpirun -n 5 diwan run …`");
  }
  throw UsageError(
      "the " + name +
      " launcher is not in this version; use local, slurm, slurm-step in a Slurm job, or "
      "mpi under mpirun");
}

}  // namespace diwan
