// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/environment.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include <nlohmann/json.hpp>

#include "driver/launchers/supervisor/command_line.hpp"
#include "driver/launchers/supervisor/step_folder.hpp"

namespace diwan {

namespace {

/// DIWAN_PARAM_<NAME>.
std::string parameter_variable(std::string_view parameter) {
  std::string variable = "DIWAN_PARAM_";
  for (const char c : parameter) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    variable += lower ? static_cast<char>(c - 'a' + 'A') : kept ? c : '_';
  }
  return variable;
}

constexpr std::array removed_beginnings = {"OMPI_",  "PMIX_",        "PMI_",
                                           "ORTE_",  "OPAL_",        "PRTE_",
                                           "SLURM_", "DIWAN_PARAM_", "_SLURM_SPANK_OPTION_diwan_"};
constexpr std::array removed_names = {
    "HFI_NO_BACKTRACE", "IPATH_NO_BACKTRACE", "DIWAN_EXPERIMENT",     "DIWAN_TRIAL",
    "DIWAN_ATTEMPT",    "DIWAN_TRIAL_DIR",    "DIWAN_CHECKPOINT_DIR", "DIWAN_METRICS",
    "DIWAN_PARAMETERS", "DIWAN_SEED",         "DIWAN_DEADLINE",       "DIWAN_PORT",
    "DIWAN_GPUS",       "DIWAN_HOSTFILE",     "DIWAN_SLURM_JOB_ID",   "DIWAN_ARRAY",
    "DIWAN_HERALD",     "KATIB_TRIAL_NAME"};

std::string_view name_of(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

/// Variables by name, the first that is set stays.
class Variables {
 public:
  explicit Variables(std::size_t expected) { texts_.reserve(expected); }

  /// A variable without a value stays unset.
  void set(std::string_view name, std::string_view value) {
    if (!value.empty()) {
      set_even_empty(name, value);
    }
  }
  void set_even_empty(std::string_view name, std::string_view value) {
    if (!names_.contains(name)) {
      std::string text;
      text.reserve(name.size() + 1 + value.size());
      text.append(name).append("=").append(value);
      keep(std::move(text));
    }
  }
  void add(const std::string& variable) {
    if (!names_.contains(name_of(variable))) {
      keep(variable);
    }
  }
  std::vector<std::string> take() { return std::move(texts_); }

 private:
  void keep(std::string text) {
    names_.emplace(name_of(text));
    texts_.push_back(std::move(text));
  }

  std::set<std::string, std::less<>> names_;
  std::vector<std::string> texts_;
};

std::string join(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) {
    text += (text.empty() ? "" : ",") + item;
  }
  return text;
}

/// A JSON number as it stands where its text is one; else the number that it spells, else a string.
std::string json_number(const std::string& text) {
  const nlohmann::json parsed = nlohmann::json::parse(text, nullptr, false);
  if (parsed.is_number()) {
    return text;
  }
  try {
    std::size_t end = 0;
    const nlohmann::json value = std::stod(text, &end);
    if (end == text.size() && value.dump() != "null") {
      return value.dump();
    }
  } catch (const std::logic_error&) {
    // No number at all, or one that no double holds: its text says it best.
  }
  return nlohmann::json(text).dump();
}

void set_contract(Variables& variables, const RunSettings& settings, const Launch& launch,
                  const RunPlace& place) {
  variables.set("DIWAN_EXPERIMENT", settings.experiment);
  variables.set("DIWAN_TRIAL", launch.trial_name);
  variables.set("DIWAN_ATTEMPT", std::to_string(launch.run.attempt));
  variables.set("DIWAN_TRIAL_DIR", place.paths.attempt.native());
  variables.set("DIWAN_CHECKPOINT_DIR", place.paths.checkpoint.native());
  variables.set("DIWAN_METRICS", place.paths.metrics.native());
  variables.set("DIWAN_PARAMETERS", place.paths.parameters.native());
  variables.set("DIWAN_SEED", std::to_string(launch.seed));
  if (place.deadline) {
    variables.set("DIWAN_DEADLINE", std::to_string(*place.deadline));
  }
  if (place.port) {
    variables.set("DIWAN_PORT", std::to_string(*place.port));
  }
  variables.set("DIWAN_GPUS", join(place.share.gpus));
  variables.set("DIWAN_SLURM_JOB_ID", place.slurm_job_id);
  variables.set("KATIB_TRIAL_NAME", launch.trial_name);
  for (const Launch::ParameterText& parameter : launch.parameters) {
    variables.set(parameter_variable(parameter.name), parameter.text);
  }
}

}  // namespace

bool is_removed(std::string_view name) {
  if (name == "SLURM_CONF" || name.starts_with("OMPI_ALLOW_RUN_AS_ROOT")) {
    return false;
  }
  return std::ranges::any_of(removed_beginnings,
                             [&](std::string_view start) { return name.starts_with(start); }) ||
         std::ranges::find(removed_names, name) != removed_names.end();
}

std::vector<std::string> removed_variables() {
  std::vector<std::string> names;
  for (const std::string_view start : removed_beginnings) {
    if (start.find("DIWAN") == std::string_view::npos &&
        start.find("diwan") == std::string_view::npos) {
      names.push_back(std::string(start) + "*");
    }
  }
  for (const std::string_view name : removed_names) {
    if (!name.starts_with("DIWAN_") && !name.starts_with("KATIB_")) {
      names.emplace_back(name);
    }
  }
  return names;
}

std::vector<std::string> clean_environment(const char* const* environment) {
  std::vector<std::string> clean;
  for (; *environment != nullptr; ++environment) {
    const std::string_view variable{*environment};
    if (!is_removed(name_of(variable))) {
      clean.emplace_back(variable);
    }
  }
  return clean;
}

RunPaths run_paths(const std::filesystem::path& experiment_directory, const std::string& trial_name,
                   std::uint32_t attempt) {
  const std::filesystem::path place = attempt_directory(experiment_directory, trial_name, attempt);
  return {.attempt = place,
          .checkpoint = checkpoint_directory(experiment_directory, trial_name),
          .metrics = place / "metrics.jsonl",
          .parameters = place / "parameters.json",
          .output = place / "stdout.log",
          .error = place / "stderr.log",
          .collector_output = place / "collector-stdout.log",
          .collector_error = place / "collector-stderr.log",
          .scraped = place / "scraped.prom",
          .stop = place / "stop",
          .event_order = place / "events.order"};
}

std::filesystem::path observed_file(const RunSettings& settings, const RunPaths& paths) {
  if (settings.collector.kind == CollectorKind::prometheus_metric) {
    return paths.scraped;
  }
  if (settings.collector.kind == CollectorKind::custom) {
    return paths.collector_output;
  }
  return settings.metrics_file.empty() ? std::filesystem::path{}
                                       : paths.attempt / settings.metrics_file;
}

std::vector<std::filesystem::path> log_files(const RunPaths& paths) {
  std::vector<std::filesystem::path> files = {paths.output,          paths.error,
                                              paths.metrics,         paths.collector_output,
                                              paths.collector_error, paths.scraped};
  std::error_code none;  // of most there is no such folder
  for (const auto& entry :
       std::filesystem::directory_iterator{step_folder(paths.attempt).path, none}) {
    if (entry.path().extension() == ".log") {
      files.push_back(entry.path());
    }
  }
  return files;
}

std::vector<std::string> trial_environment(const std::vector<std::string>& clean,
                                           const RunSettings& settings, const Launch& launch,
                                           const RunPlace& place) {
  Variables variables{clean.size() + launch.env.size() + launch.parameters.size() + 20};
  set_contract(variables, settings, launch, place);
  for (const auto& [name, value] : launch.env) {
    variables.set_even_empty(name, with_port(value, place.port.value_or(0)));
  }
  for (const auto& [name, value] : place.share.gpu_variables) {
    variables.set(name, value);
  }
  variables.set("PYTHONUNBUFFERED", "1");
  for (const std::string& variable : clean) {
    variables.add(variable);
  }
  return variables.take();
}

std::optional<std::string_view> variable_in(const std::vector<std::string>& environment,
                                            std::string_view name) {
  for (const std::string& variable : environment) {
    if (name_of(variable) == name && variable.size() > name.size()) {
      return std::string_view{variable}.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

std::string parameters_json(const std::vector<Launch::ParameterText>& parameters) {
  std::string text = "{";
  for (const Launch::ParameterText& parameter : parameters) {
    text += text.size() > 1 ? ", " : "";
    text += nlohmann::json(parameter.name)
                .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    text += ": ";
    text += parameter.number ? json_number(parameter.text)
                             : nlohmann::json(parameter.text)
                                   .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  return text + "}\n";
}

}  // namespace diwan
