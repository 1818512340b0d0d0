// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/scheduler/configuration.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <unistd.h>

namespace diwan::slurm {

std::string configuration_problem() {
  const char* path = std::getenv("SLURM_CONF");
  if (path == nullptr || *path == '\0' || access(path, R_OK) == 0) {
    return {};
  }
  return std::string{"SLURM_CONF names "} + path + ", which cannot be read (" +
         std::generic_category().message(errno) +
         "); set it to the path of the cluster's slurm.conf, or unset it where Slurm's programs "
         "find that by themselves";
}

bool finds_no_configuration(std::string_view said) {
  static constexpr std::array texts = {
      std::string_view{"Unable to process configuration file"},
      std::string_view{"cannot stat file"},  // and then they look again, for a minute
      std::string_view{"DNS SRV lookup failed"}};
  return std::ranges::any_of(
      texts, [said](std::string_view text) { return said.find(text) != std::string_view::npos; });
}

}  // namespace diwan::slurm
