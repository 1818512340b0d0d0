// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <filesystem>

#include "driver/cli/cli.hpp"
#include "driver/cli/slurm_jobs.hpp"
#include "driver/launchers/local.hpp"

int main(int argc, char** argv) {
  const auto program = [] { return std::filesystem::read_symlink("/proc/self/exe"); };
  const auto local = [&](const diwan::LauncherRequest& request) {
    return diwan::make_local_launcher(request.settings, request.slots, program());
  };
  const auto slurm = [&](const diwan::LauncherRequest& request) {
    return diwan::make_slurm_launcher(request, program());
  };
  return diwan::cli_main(argc, argv, {{"local", local}, {"slurm", slurm}});
}
