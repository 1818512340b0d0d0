// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/launchers/launcher.hpp"
#include "driver/launchers/supervisor/share.hpp"

namespace diwan {

/// True for a variable of the launcher above us that a trial must not see (design.md section 7),
/// and for those of section 11, which each trial gets anew.
bool is_removed(std::string_view name);

/// For people, those of a launcher: OMPI_*, ...
std::vector<std::string> removed_variables();

/// What of an environment ("NAME=value", ended by null) a trial keeps.
std::vector<std::string> clean_environment(const char* const* environment);

/// The folders and files of one run; made by the supervisor.
struct RunPaths {
  std::filesystem::path attempt;     ///< DIWAN_TRIAL_DIR
  std::filesystem::path checkpoint;  ///< DIWAN_CHECKPOINT_DIR
  std::filesystem::path metrics;     ///< DIWAN_METRICS
  std::filesystem::path parameters;  ///< DIWAN_PARAMETERS
  std::filesystem::path output;
  std::filesystem::path error;
  std::filesystem::path collector_output;  ///< of a Custom collector
  std::filesystem::path collector_error;
  std::filesystem::path scraped;      ///< what a PrometheusMetric collector read, with times
  std::filesystem::path stop;         ///< made once the run was asked to stop
  std::filesystem::path event_order;  ///< EventDirectory
};
RunPaths run_paths(const std::filesystem::path& experiment_directory, const std::string& trial_name,
                   std::uint32_t attempt);
/// The file of Source::file: a metrics file of the run's own, or one that says what its collector
/// found; empty: there is none.
std::filesystem::path observed_file(const RunSettings& settings, const RunPaths& paths);
/// Those of its files that nobody needs once the run's end and values are written down.
std::vector<std::filesystem::path> log_files(const RunPaths& paths);

/// What a run learns from the host it starts on.
struct RunPlace {
  RunPaths paths;
  SlotShare share;
  std::optional<std::int64_t> deadline;  ///< unix seconds
  std::optional<int> port;
  std::string slurm_job_id;
};

/// The whole environment of a run: `clean`, over it PYTHONUNBUFFERED and the share's GPU variables,
/// over it the template's own, over all that of section 11.
std::vector<std::string> trial_environment(const std::vector<std::string>& clean,
                                           const RunSettings& settings, const Launch& launch,
                                           const RunPlace& place);

/// The value of a variable in "NAME=value" texts.
std::optional<std::string_view> variable_in(const std::vector<std::string>& environment,
                                            std::string_view name);

/// The text of DIWAN_PARAMETERS: one JSON object.
std::string parameters_json(const std::vector<Launch::ParameterText>& parameters);

}  // namespace diwan
