// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/mpi_environment.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

extern "C" char** environ;

namespace diwan {
Variables present_variables() {
  Variables variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (const auto equals = text.find('='); equals != std::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return variables;
}

std::optional<std::uint32_t> number_in(const Variables& variables, const std::string& name) {
  const auto found = variables.find(name);
  if (found == variables.end()) {
    return std::nullopt;
  }
  const std::string& text = found->second;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

std::optional<MpiStep> mpi_step(const Variables& variables) {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
    if (const auto tasks = number_in(variables, name)) {
      return MpiStep{.variable = name, .tasks = *tasks};
    }
  }
  const auto tasks = number_in(variables, "SLURM_STEP_NUM_TASKS");
  if (tasks && number_in(variables, "SLURM_PROCID")) {
    return MpiStep{.variable = "SLURM_STEP_NUM_TASKS", .tasks = *tasks};
  }
  return std::nullopt;
}

bool under_mpi_launcher(const Variables& variables) {
  const auto step = mpi_step(variables);
  return step && step->tasks > 1;
}

std::optional<std::uint32_t> early_rank(const Variables& variables) {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) {
    if (const auto rank = number_in(variables, name)) {
      return rank;
    }
  }
  return std::nullopt;
}

std::optional<std::string> mismatch(const Variables& variables, int world_size,
                                    const std::string& library) {
  const auto step = mpi_step(variables);
  if (!step || step->tasks <= 1 || world_size != 1) {
    return std::nullopt;
  }
  const std::string fact = step->variable + "=" + std::to_string(step->tasks) +
                           ", but MPI sees a world of 1 (" + library + "): ";
  if (step->variable == "SLURM_STEP_NUM_TASKS") {
    return fact +
           "srun did not connect its tasks to MPI; start it with srun --mpi=pmix, or with the "
           "mpirun "
           "of this MPI library";
  }
  return fact +
         "the mpirun that started this is of another MPI library than the one Diwan was built "
         "with; "
         "use that library's mpirun";
}

namespace {

/// Between each two of the signals by which mpirun ends its ranks.
std::uint32_t seconds_between_signals(const Variables& variables) {
  constexpr std::uint32_t week = 7 * 24 * 3600;
  std::uint32_t seconds = 1;
  for (const char* name :
       {"OMPI_MCA_odls_base_sigkill_timeout", "PRTE_MCA_odls_base_sigkill_timeout"}) {
    if (const auto given = number_in(variables, name); given && *given > 0) {
      seconds = std::min(*given, week);
    }
  }
  return seconds;
}

}  // namespace

std::optional<std::chrono::milliseconds> mpirun_grace(const Variables& variables) {
  if (!variables.contains("OMPI_COMM_WORLD_SIZE")) {
    return std::nullopt;
  }
  return std::chrono::milliseconds(750) * seconds_between_signals(variables);
}

bool mpirun_recovers(const Variables& variables) {
  const auto recovery = variables.find("OMPI_MCA_orte_enable_recovery");
  return variables.contains("OMPI_COMM_WORLD_SIZE") && recovery != variables.end() &&
         recovery->second != "0";
}

std::chrono::milliseconds mpirun_leaving(const Variables& variables) {
  if (!variables.contains("OMPI_COMM_WORLD_SIZE") || mpirun_recovers(variables)) {
    return {};
  }
  return std::chrono::seconds(2) * seconds_between_signals(variables);
}

}  // namespace diwan
