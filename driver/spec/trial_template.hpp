// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/space/search_space.hpp"
#include "driver/spec/moved_path.hpp"

namespace diwan {

/// What one run of a trial needs of a cluster.
struct Resources {
  std::uint32_t nodes = 1;
  bool nodes_given = false;
  std::uint32_t tasks = 1;
  std::uint32_t cpus_per_task = 1;
  bool cpus_given = false;
  std::uint32_t gpus_per_task = 0;
  std::optional<std::uint64_t> memory_bytes;  ///< on each node
  bool memory_per_task = false;               ///< each task's instead, as a Pod's
  std::optional<std::chrono::seconds> time_limit;
  bool operator==(const Resources&) const = default;
};

/// Options handed to Slurm as they are.
struct SlurmOptions {
  std::string partition;
  std::string account;
  std::string qos;
  std::string constraint;
  std::vector<std::string> extra;
  std::string script =
      {};  ///< absolute: the user's own batch script is the trial; empty: the command is
  bool submit = true;  ///< else a person submits the script
  bool operator==(const SlurmOptions&) const = default;
};

/// A trial's program with all placeholders filled in: what a launcher runs.
struct TrialCommand {
  std::vector<std::string> argv;
  std::vector<std::pair<std::string, std::string>> env;
  std::string working_directory;  ///< absolute
  /// Places in argv (index) that hold a parameter's value; for `best -o args`.
  std::vector<std::size_t> parameter_arguments;
};

/// spec.trialTemplate: Katib's (a Job or the like in trialSpec) or `kind: Command` of diwan/v1.
struct TrialTemplate {
  struct TrialParameter {
    std::string name;
    std::string description;
    std::string reference;  ///< a search-space parameter, or `${trialSpec.KEY}`
    bool operator==(const TrialParameter&) const = default;
  };

  std::string api_version;
  std::string kind;
  bool command_kind = false;  ///< kind: Command
  bool retain = false;
  std::vector<TrialParameter> trial_parameters;  ///< for Command without them: one per parameter
  std::map<std::string, std::string> primary_pod_labels;
  std::string primary_container_name;
  std::string success_condition;
  std::string failure_condition;
  std::string trial_spec;  ///< the template's text (JSON), for the Kubernetes launcher
  std::map<std::string, std::string> template_labels;
  std::map<std::string, std::string> template_annotations;

  // The program, with placeholders, as found in `kind: Command` or the primary container.
  std::vector<std::string> command;
  std::vector<std::pair<std::string, std::string>> env;
  std::string working_directory;  ///< absolute
  std::string image;  ///< of the primary container; ignored unless --container apptainer
  std::vector<std::string> setup;
  std::string apptainer_image;
  Resources resources;
  /// Kinds of replicas, that of rank 0 first, and how many there are of each; each replica is a
  /// task. Empty for kinds without.
  std::vector<std::pair<std::string, std::uint32_t>> roles;
  SlurmOptions slurm;
  std::uint32_t retries = 0;
  /// Why this template can run on Kubernetes alone; empty where it can run here.
  std::string kubernetes_only;
  /// Longest first, so that a path within another is found before it.
  std::vector<MovedPath> moved_paths;
  bool operator==(const TrialTemplate&) const = default;
};

/// Facts of one run that placeholders and moved paths need.
struct RunFacts {
  std::string trial_name;
  std::string experiment_namespace;
  std::string trial_directory;       ///< trials/TRIAL/attempt-K, absolute
  std::string checkpoint_directory;  ///< absolute
  int port = 0;  ///< ${trialSpec.Port}; 0: not known yet, the placeholder stays for the supervisor
};

/// Fills in the placeholders in the parsed nodes (never in text that is parsed again). An argument
/// that names an inactive parameter is left out, and so is the option before it where the argument
/// is nothing else (`--momentum`, `${trialParameters.momentum}`); a variable that names one is
/// unset.
/// @throws std::invalid_argument where a shell would take the trial's own paths apart (blanks in
/// the path
///   of the experiment directory), or a reference has no value.
TrialCommand render(const TrialTemplate& trial_template, const SearchSpace& space,
                    const Assignment& assignment, const RunFacts& facts);

}  // namespace diwan
