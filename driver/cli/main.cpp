// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/cli.hpp"
#include "driver/cli/programs.hpp"
#include "driver/cli/slurm_jobs.hpp"
#include "driver/cli/verb.hpp"
#include "driver/launchers/local.hpp"

int main(int argc, char** argv) {
  const auto local = [](const diwan::LauncherRequest& request) {
    return diwan::make_local_launcher(request.settings, request.slots, diwan::exec_program());
  };
  return diwan::cli_main(argc, argv, diwan::verbs(),
                         {{"local", local}, {"slurm", diwan::make_slurm_launcher}});
}
