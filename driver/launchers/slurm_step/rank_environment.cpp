// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/rank_environment.hpp"

#include <algorithm>
#include <fstream>
#include <string_view>
#include <utility>

#include <sys/stat.h>

#include "driver/launchers/supervisor/environment.hpp"

namespace diwan::slurm_step {
namespace {

using Named = std::vector<std::pair<std::string, std::string>>;

std::filesystem::path agent_of(const StepFolder& folder) { return folder.path / "agent"; }

/// For mpirun of Open MPI 4 and 5, MPICH and Intel MPI: where the nodes stand, and the way to them.
Named mpirun_variables(const StepFolder& folder) {
  const std::string hosts = folder.hosts().native();
  const std::string agent = agent_of(folder).native();
  return {{"OMPI_MCA_orte_default_hostfile", hosts},
          {"OMPI_MCA_plm", "rsh"},
          {"OMPI_MCA_plm_rsh_agent", agent},
          {"OMPI_MCA_orte_keep_fqdn_hostnames", "1"},
          {"PRTE_MCA_prte_default_hostfile", hosts},
          {"PRTE_MCA_plm", "ssh"},
          {"PRTE_MCA_plm_ssh_agent", agent},
          {"PRTE_MCA_prte_keep_fqdn_hostnames", "1"},
          {"HYDRA_HOST_FILE", hosts},
          {"HYDRA_LAUNCHER", "ssh"},
          {"HYDRA_LAUNCHER_EXEC", agent},
          {"I_MPI_HYDRA_HOST_FILE", hosts},
          {"I_MPI_HYDRA_BOOTSTRAP", "ssh"},
          {"I_MPI_HYDRA_BOOTSTRAP_EXEC", agent}};
}

Named own_variables(const RankSurroundings& rank) {
  Named own =
      rank.is_starter ? mpirun_variables(rank.folder) : rank_variables(rank.place, rank.facts);
  own.emplace_back("DIWAN_HOSTFILE", rank.folder.hosts().native());
  own.emplace_back("DIWAN_GPUS", rank.gpus);
  if (rank.deadline) {
    own.emplace_back("DIWAN_DEADLINE", std::to_string(*rank.deadline));
  }
  return own;
}

std::string quoted(const std::filesystem::path& path) {
  std::string text = "'";
  for (const char c : path.native()) {
    text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return text + "'";
}

}  // namespace

std::vector<std::string> rank_environment(const char* const* present,
                                          const RankSurroundings& rank) {
  const Named own = own_variables(rank);
  std::vector<std::string> out;
  for (const auto& [name, value] : own) {
    if (!value.empty()) {
      out.push_back(name + "=" + value);
    }
  }
  for (; *present != nullptr; ++present) {
    const std::string_view text{*present};
    const std::string_view name = text.substr(0, text.find('='));
    const bool replaced =
        std::ranges::any_of(own, [&](const auto& each) { return each.first == name; });
    const bool of_trial = name.starts_with("DIWAN_") || name == "KATIB_TRIAL_NAME";
    if (!replaced && (of_trial || rank.is_mpi_rank || !is_removed(name))) {
      out.emplace_back(text);
    }
  }
  return out;
}

void write_agent(const StepFolder& folder, const std::filesystem::path& program) {
  const std::filesystem::path agent = agent_of(folder);
  std::ofstream(agent, std::ios::trunc)
      << "#!/bin/sh\nexec " << quoted(program) << " exec --errand " << quoted(folder.path)
      << " -- \"$@\"\n";
  chmod(agent.c_str(), S_IRWXU);
}

}  // namespace diwan::slurm_step
