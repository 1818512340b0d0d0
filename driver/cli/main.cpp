// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <filesystem>

#include "driver/cli/cli.hpp"
#include "driver/launchers/local.hpp"

int main(int argc, char** argv) {
  const auto local = [](const diwan::LauncherRequest& request) {
    return diwan::make_local_launcher(request.settings, request.slots,
                                      std::filesystem::read_symlink("/proc/self/exe"));
  };
  return diwan::cli_main(argc, argv, {{"local", local}});
}
