// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include <exception>
#include <iostream>
#include <memory>
#include <string_view>

#include "driver/cli/cli.hpp"
#include "driver/cli/commands.hpp"
#include "driver/cli/programs.hpp"
#include "driver/launchers/local.hpp"
#include "driver/launchers/mpi/mpi_launcher.hpp"
#include "driver/launchers/mpi/worker.hpp"
#include "driver/launchers/mpi/world.hpp"
#include "driver/launchers/mpi_environment.hpp"
#include "driver/shell/announce/herald.hpp"

namespace {

using namespace diwan;  // NOLINT(google-build-using-namespace)

int run(int argc, char** argv) {
  const Variables variables = present_variables();
  inherited_herald();  // no trial may hold its socket
  // Nothing may fork once MPI is there.
  const auto supervisor = supervisor_before_mpi(exec_program(), variables);
  MpiWorld world(argc, argv);
  if (const auto problem = mismatch(variables, world.size(), MpiWorld::library())) {
    std::cerr << "diwan: " << *problem << '\n';
    world.finalize(2);
    return 2;
  }
  if (world.rank() > 0) {
    const int status = mpi_worker_main(world, *supervisor);
    world.finalize(status);
    return status;
  }
  LauncherFactories launchers = {{"local", [](const LauncherRequest& request) {
                                    return make_local_launcher(request.settings, request.slots,
                                                               exec_program());
                                  }}};
  if (world.size() > 1) {
    launchers.emplace("mpi", [&world](const LauncherRequest& request) {
      MpiOptions options;
      options.trials_per_rank = request.trials_per_rank;
      return make_mpi_launcher(request.settings, world, options);
    });
  }
  const int status =
      cli_main(argc, argv, verbs(), launchers, [&world](int end) { world.finalize(end); });
  world.finalize(status);
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc > 1 && std::string_view(argv[1]) == "exec") {
      return cli_main(argc, argv, {exec_verb()}, {});
    }
    const int status = run(argc, argv);
    return mpirun_recovers(present_variables()) ? 0 : status;
  } catch (const std::exception& problem) {
    std::cerr << "diwan: " << problem.what() << '\n';
    return 1;
  }
}
