// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/registry.hpp"
#include "algorithms/space/search_space.hpp"
#include "collectors/registry.hpp"
#include "driver/core/event.hpp"
#include "driver/core/rules.hpp"
#include "driver/spec/trial_template.hpp"

namespace diwan {

/// Of metadata.name, in characters: a trial's name adds nine, and Kubernetes ends at 63.
inline constexpr std::size_t longest_experiment_name = 40;

enum class ResumePolicy { never, long_running, from_volume };

struct ObjectiveSpec {
  Direction type = Direction::minimize;
  std::optional<double> goal;
  std::string metric;
  bool operator==(const ObjectiveSpec&) const = default;
};

struct AlgorithmSpec {
  std::string name;
  Settings settings;
  bool operator==(const AlgorithmSpec&) const = default;
};

/// metricsCollectorSpec with its defaults filled in.
struct CollectorSource {
  CollectorSpec collector;
  std::string path;              ///< fileSystemPath.path; empty where the kind has none
  bool directory = false;        ///< fileSystemPath.kind is Directory
  std::optional<int> http_port;  ///< httpGet of PrometheusMetric; none: each trial's own
  std::string http_path;
  std::vector<std::pair<std::string, std::string>> http_headers;
  std::string custom_collector;          ///< Custom: the container, as YAML text
  std::optional<TrialTemplate> program;  ///< Custom: what that container runs, without placeholders
  bool operator==(const CollectorSource&) const = default;
};

/// One operation of nasConfig; parsed and checked, run by enas and darts.
struct NasOperation {
  std::string type;
  std::vector<Parameter> parameters;
  bool operator==(const NasOperation&) const = default;
};
struct NasConfig {
  std::int64_t num_layers = 0;
  std::vector<std::int64_t> input_sizes;
  std::vector<std::int64_t> output_sizes;
  std::vector<NasOperation> operations;
  bool operator==(const NasConfig&) const = default;
};

/// The trials of another experiment that this one runs again, by turns (`diwan confirm`).
struct Confirms {
  std::vector<std::uint32_t> trials;  ///< their numbers there, in the order of initialTrials
  std::vector<std::string> set;       ///< PATH=VALUE of what differs from that experiment
  bool operator==(const Confirms&) const = default;
};

/// A Katib v1beta1 Experiment with its defaults filled in, and Diwan's own fields. Every value was
/// checked when it was read, so the rest of the program never meets a bad one.
struct Spec {
  std::string name;
  std::string name_space;  ///< metadata.namespace
  std::map<std::string, std::string> labels;

  std::vector<ObjectiveSpec> objectives;  ///< one, or several by `objectives`
  std::vector<MetricRule> metrics;        ///< objectives first, then the additional ones
  AlgorithmSpec algorithm;
  std::optional<AlgorithmSpec> early_stopping;
  SearchSpace space;
  std::optional<NasConfig> nas;
  std::map<std::string, std::string> conditions;  ///< `when` by parameter name
  std::vector<std::string> constraints;
  std::vector<Assignment> initial_trials;
  Budget budget;  ///< parallel as given, or Katib's 3
  bool parallel_given = false;
  ResumePolicy resume_policy = ResumePolicy::never;
  CollectorSource metrics_collector;
  std::optional<TrialTemplate> trial_template;  ///< absent only where `suggest` allows it
  std::optional<std::uint64_t> seed;            ///< spec.seed, else the algorithm's random_state
  bool resume_from_checkpoint = false;
  std::optional<Confirms> confirms;

  std::filesystem::path file;  ///< absolute
  std::string text;  ///< of the file as it counts: after --set, as YAML; reads back as this Spec
  std::vector<std::string> notes;  ///< what a user should know and nothing is wrong with
  bool operator==(const Spec&) const = default;
};

/// One thing wrong with a file: `file:line:column: field.path: what (value); how to mend`.
struct SpecProblem {
  std::string file;
  int line = 0;  ///< from 1; 0: no place (an override, which stands as `--set PATH` in `file`)
  int column = 0;
  std::string path;
  std::string message;
  std::string text() const;
  bool operator==(const SpecProblem&) const = default;
};

/// All that is wrong with a file, in its order; what() is one problem a line.
class SpecError : public std::exception {
 public:
  explicit SpecError(std::vector<SpecProblem> problems);
  const std::vector<SpecProblem>& problems() const { return problems_; }
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  std::vector<SpecProblem> problems_;
  std::string what_;
};

struct SpecOptions {
  std::vector<std::pair<std::string, std::string>> set = {};  ///< --set PATH=VALUE, in order
  bool template_required = true;                              ///< false for `suggest`
};

/// Reads and checks an experiment file.
/// @throws SpecError with every problem of the file; std::system_error if it cannot be read.
Spec read_spec(const std::filesystem::path& file, const SpecOptions& options = {});
/// The same from text; `file` is for places in errors and relative paths.
Spec parse_spec(const std::string& text, const std::filesystem::path& file,
                const SpecOptions& options = {});

/// The parameter that the algorithm takes for a resource (hyperband's resource_name).
std::optional<std::size_t> resource_parameter(const Spec& spec);
Rules rules_of(const Spec& spec);
/// Input of the algorithm; the seed is the run's, which may be drawn.
Problem problem_of(const Spec& spec, std::uint64_t seed);

}  // namespace diwan
