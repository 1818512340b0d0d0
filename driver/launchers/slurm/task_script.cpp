// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/task_script.hpp"

#include <array>
#include <utility>

#include "driver/core/shell_quote.hpp"

namespace diwan::slurm {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> fields = {{
    {"partition", "slurm.partition"},
    {"account", "slurm.account"},
    {"qos", "slurm.qos"},
    {"constraint", "slurm.constraint"},
    {"extra", "slurm.extra"},
    {"nodes", "resources.nodes"},
    {"cpus_per_rank", "resources.cpusPerTask"},
    {"gpus_per_node", "resources.gpusPerTask"},
    {"memory_mebibytes", "resources.memory"},
    {"time_limit", "resources.timeLimit"},
}};

}  // namespace

std::string task_script(const std::filesystem::path& program, const std::filesystem::path& array,
                        bool pilots, std::optional<std::chrono::minutes> time_limit) {
  return "#!/bin/sh\nexec " + shell_quote(program.native()) + " exec --array " +
         shell_quote(array.native()) + (pilots ? " --pilot" : "") +
         (time_limit ? " --minutes " + std::to_string(time_limit->count()) : "") + "\n";
}

std::string mend_of(std::string_view job_field) {
  for (const auto& [field, place] : fields) {
    if (field == job_field) {
      return "change spec.trialTemplate.trialSpec.spec." + std::string{place};
    }
  }
  return "look at slurm and resources in spec.trialTemplate.trialSpec.spec";
}

}  // namespace diwan::slurm
