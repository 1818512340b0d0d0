// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <chrono>
#include <map>
#include <set>
#include <string_view>

#include "driver/results/best.hpp"
#include "driver/results/export/export.hpp"
#include "driver/results/export/names.hpp"
#include "driver/results/export/place.hpp"
#include "driver/results/row.hpp"
#include "driver/spec/given.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

// What MLflow takes at most, its database included.
constexpr std::size_t longest_param = 6000;
constexpr std::size_t longest_tag = 5000;
constexpr std::size_t longest_tag_name = 240;

std::int64_t milliseconds(Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

/// FNV-1a, the same on every machine: an export made anew has the same identifiers.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return hash;
}

std::string hexadecimal(std::uint64_t number) {
  std::string text(16, '0');
  for (std::size_t i = 0; i < text.size(); ++i) {
    text[text.size() - 1 - i] = "0123456789abcdef"[number >> (4 * i) & 0xFU];
  }
  return text;
}

/// MLflow's own are decimal numbers of 18 digits.
std::string experiment_id(const Loaded& loaded) {
  constexpr std::uint64_t digits = 900000000000000000U;
  const std::string key = loaded.spec.name + "/" + std::to_string(loaded.experiment.seed());
  return std::to_string(digits / 9 + hash_of(key) % digits);
}

std::string run_id(const Loaded& loaded, const Trial& trial) {
  const std::string key = experiment_id(loaded) + "/" + trial.name;
  return hexadecimal(hash_of(key)) + hexadecimal(hash_of("diwan/" + key));
}

/// As a URI, so that no character of the path means something else.
std::string uri_of(const fs::path& path) {
  std::string uri = "file://";
  for (const char c : path.string()) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      std::string_view("/_-.~").find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    uri += kept ? std::string(1, c)
                : std::string{'%', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 0xF]};
  }
  return uri;
}

/// MLflow's RunStatus.
int status_of(const Trial& trial) {
  switch (trial.status) {
    case TrialStatus::pending:
      return 2;  // scheduled
    case TrialStatus::running:
      return 1;
    case TrialStatus::succeeded:
    case TrialStatus::early_stopped:
      return 3;  // finished
    case TrialStatus::failed:
    case TrialStatus::metrics_unavailable:
      return 4;
    case TrialStatus::killed:
      break;
  }
  return 5;
}

Value run_meta(const Loaded& loaded, const Trial& trial, const std::string& uri) {
  const std::string id = run_id(loaded, trial);
  return Value::Fields{{"artifact_uri", uri + "/" + id + "/artifacts"},
                       {"end_time", trial.end ? Value(milliseconds(*trial.end)) : Value()},
                       {"entry_point_name", ""},
                       {"experiment_id", experiment_id(loaded)},
                       {"lifecycle_stage", "active"},
                       {"run_id", id},
                       {"run_name", trial.name},
                       {"run_uuid", id},
                       {"source_name", "diwan"},
                       {"source_type", 4},  // local
                       {"source_version", ""},
                       {"start_time", milliseconds(*trial.start)},
                       {"status", status_of(trial)},
                       {"tags", Value::List()},
                       {"user_id", ""}};
}

/// What is the same in all runs.
struct Target {
  const Loaded& loaded;
  ExportFolder& folder;
  std::map<std::string, std::string> params;  ///< names of their files, by their own
  std::vector<std::string> metrics;           ///< names of their files
  std::set<std::uint32_t> best;               ///< numbers of trials
};

Target target_of(const Loaded& loaded, ExportFolder& folder) {
  Target target{.loaded = loaded, .folder = folder, .params = {}, .metrics = {}, .best = {}};
  FileNames params;
  for (const std::string& name : given_names(loaded.spec)) {
    target.params.emplace(name, params.of(name));
  }
  FileNames metrics;
  for (const MetricRule& rule : loaded.experiment.rules().metrics) {
    target.metrics.push_back(metrics.of(rule.name));
  }
  const Best best = best_trials(loaded, {});
  target.best.insert(best.trials.begin(), best.trials.end());
  return target;
}

void write_params(const Target& target, const Trial& trial, const fs::path& run) {
  Given(target.loaded.spec, trial.assignment)
      .each([&](const Parameter& parameter, const std::string& text) {
        target.folder.write(run / "params" / target.params.at(parameter.name),
                            utf8_text(text, longest_param));
      });
}

/// A line for each value: time, value and step.
void write_metrics(const Target& target, const std::vector<Reading>& curve, const fs::path& run) {
  std::vector<std::string> files(target.metrics.size());
  for (const Reading& reading : curve) {
    if (reading.text.empty() && reading.metric < files.size()) {
      files[reading.metric] += std::to_string(milliseconds(reading.time)) + " " +
                               shortest(reading.value) + " " + std::to_string(reading.step) + "\n";
    }
  }
  for (std::size_t m = 0; m < files.size(); ++m) {
    if (!files[m].empty()) {
      target.folder.write(run / "metrics" / target.metrics[m], files[m]);
    }
  }
}

void write_tags(const Target& target, const Trial& trial, const fs::path& run) {
  const Loaded& loaded = target.loaded;
  FileNames names(longest_tag_name);
  const auto tag = [&](const std::string& name, const std::string& text) {
    if (!text.empty()) {
      target.folder.write(run / "tags" / names.of(name), utf8_text(text, longest_tag));
    }
  };
  tag("mlflow.runName", trial.name);
  tag("diwan.number", std::to_string(trial.number));
  tag("diwan.status", to_string(trial.status));
  tag("diwan.reason", reason_of(trial));
  tag("diwan.host", trial.host);
  tag("diwan.attempts", trial.attempts > 1 ? std::to_string(trial.attempts) : "");
  tag("diwan.best", target.best.contains(trial.number) ? "true" : "");
  for (std::size_t i = 0; i < loaded.experiment.rules().directions.size(); ++i) {
    const std::string suffix = i == 0 ? "" : "." + std::to_string(i + 1);
    tag("diwan.objective" + suffix, csv_text(objective_value(loaded.experiment, trial, i)));
  }
  for (const auto& [name, text] : trial.labels) {
    tag("diwan.label." + name, text);
  }
  // What MLflow's names cannot say.
  const auto whole_name = [&](const std::string& file, const std::string& name) {
    tag("diwan.name." + file, file == name ? "" : name);
  };
  for (const std::string& name : given_names(loaded.spec)) {
    whole_name(target.params.at(name), name);
  }
  for (std::size_t m = 0; m < target.metrics.size(); ++m) {
    whole_name(target.metrics[m], loaded.experiment.rules().metrics[m].name);
  }
}

void write_run(const Target& target, const Trial& trial, const std::vector<Reading>& curve) {
  const Loaded& loaded = target.loaded;
  const std::string id = experiment_id(loaded);
  const fs::path run = fs::path(id) / run_id(loaded, trial);
  target.folder.write(run / "meta.yaml",
                      yaml_text(run_meta(loaded, trial, uri_of(target.folder.place() / id))));
  // MLflow takes a folder for a run if it has these.
  for (const char* name : {"params", "metrics", "artifacts", "tags"}) {
    target.folder.make(run / name);
  }
  write_tags(target, trial, run);
  write_params(target, trial, run);
  write_metrics(target, curve, run);
}

}  // namespace

std::size_t write_mlflow(const Loaded& loaded, const Curves& curves, ExportFolder& folder) {
  const std::string id = experiment_id(loaded);
  const Time begin = loaded.experiment.start_time().value_or(loaded.last_time);
  folder.write(fs::path(id) / "meta.yaml",
               yaml_text(Value::Fields{{"artifact_location", uri_of(folder.place() / id)},
                                       {"creation_time", milliseconds(begin)},
                                       {"experiment_id", id},
                                       {"last_update_time", milliseconds(loaded.last_time)},
                                       {"lifecycle_stage", "active"},
                                       {"name", loaded.spec.name}}));
  folder.write(fs::path(id) / "tags" / "diwan.algorithm", loaded.spec.algorithm.name);
  const Target target = target_of(loaded, folder);
  std::size_t runs = 0;
  for (const Trial& trial : loaded.experiment.trials()) {
    if (trial.start) {  // MLflow knows no run that has not begun
      const auto found = curves.find(trial.number);
      write_run(target, trial, found == curves.end() ? std::vector<Reading>{} : found->second);
      ++runs;
    }
  }
  return runs;
}

}  // namespace diwan
