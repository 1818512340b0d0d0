// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/template_reader.hpp"

#include <algorithm>
#include <set>

#include "algorithms/settings.hpp"
#include "driver/spec/command_template.hpp"
#include "driver/spec/kubernetes_template.hpp"
#include "driver/spec/moved_path.hpp"
#include "driver/spec/placeholder.hpp"
#include "driver/spec/template_check.hpp"
#include "driver/spec/yaml_text.hpp"

namespace diwan {
namespace {

bool has_text(const Field& field, const std::string& text) {
  return field && field.node().is_scalar() && field.node().text == text;
}

std::map<std::string, std::string> read_texts(const Field& map) {
  std::map<std::string, std::string> out;
  for (const auto& [name, field] : map.entries()) {
    if (const std::optional<std::string> text = field.text()) {
      out.emplace(name, *text);
    }
  }
  return out;
}

void read_config_map(const Field& source, TrialTemplate& out) {
  out.kubernetes_only = "the template is kept in a ConfigMap of the cluster";
  if (!source.expect_map()) {
    return;
  }
  const std::vector<std::string> members = {"configMapName", "configMapNamespace", "templatePath"};
  source.allow(members);
  for (const std::string& member : members) {
    source[member].required_text("give configMapName, configMapNamespace and templatePath");
  }
}

/// Conditions and labels by kind where the file gives none.
void fill_defaults(const Field& field, TrialTemplate& out) {
  const KindDefaults defaults = defaults_of(out.kind);
  if (out.success_condition.empty()) {
    out.success_condition = defaults.success_condition;
  }
  if (out.failure_condition.empty()) {
    out.failure_condition = defaults.failure_condition;
  }
  if (out.primary_pod_labels.empty()) {
    out.primary_pod_labels = defaults.primary_pod_labels;
  }
  if (out.command_kind) {
    return;
  }
  if (out.success_condition.empty()) {
    field["successCondition"].missing(
        "there is no default for this kind: say when its job has succeeded");
  }
  if (out.failure_condition.empty()) {
    field["failureCondition"].missing(
        "there is no default for this kind: say when its job has failed");
  }
}

/// The template's own metadata, of which each trial gets a copy.
void read_metadata(const Field& metadata, TrialTemplate& out) {
  if (!metadata.expect_map()) {
    return;
  }
  for (const char* name : {"name", "namespace"}) {
    if (metadata[name]) {
      metadata[name].wrong("each trial gets its own (" + yaml::quoted(metadata[name].node().text) +
                           "); remove it");
    }
  }
  out.template_labels = read_texts(metadata["labels"]);
  out.template_annotations = read_texts(metadata["annotations"]);
}

/// Reads apiVersion and kind of trialSpec; false where it cannot be told what it is.
bool read_identity(const Field& trial_spec, TrialTemplate& out) {
  out.api_version =
      trial_spec["apiVersion"].required_text("give one, such as batch/v1 or diwan/v1");
  out.kind = trial_spec["kind"].required_text("give one, such as Job or Command");
  if (out.api_version.empty() || out.kind.empty()) {
    return false;
  }
  const bool is_ours = out.api_version == "diwan/v1";
  const bool is_command = out.kind == "Command";
  if (is_ours && !is_command) {
    trial_spec["kind"].wrong("is unknown to diwan/v1 (" + yaml::quoted(out.kind) +
                             "); give Command");
  } else if (is_command && !is_ours) {
    trial_spec["apiVersion"].wrong("has no kind Command (" + yaml::quoted(out.api_version) +
                                   "); give diwan/v1");
  }
  out.command_kind = is_command;
  return is_ours == is_command;
}

bool reads_files(CollectorKind kind) {
  return kind == CollectorKind::file || kind == CollectorKind::tensor_flow_event ||
         kind == CollectorKind::custom;
}

void add_moved_paths(const Spec& spec, TrialTemplate& out) {
  const CollectorSource& source = spec.metrics_collector;
  std::string path = source.path;
  while (path.size() > 1 && path.ends_with('/')) {
    path.pop_back();
  }
  if (reads_files(source.collector.kind) && path.size() > 1) {
    out.moved_paths.push_back({path, MovedPath::Into::trial_directory, moved_metrics_path(path)});
    const std::string folder = path.substr(0, path.rfind('/'));
    // In a Pod it is the Pod's own; programs are given the folder above test/ and train/.
    if (!out.command_kind && !folder.empty() && folder != "/tmp") {
      out.moved_paths.push_back({folder, MovedPath::Into::trial_directory, "metrics"});
    }
  }
  std::string checkpoints = setting(spec.algorithm.settings, "suggestion_trial_dir").value_or("");
  while (checkpoints.size() > 1 && checkpoints.ends_with('/')) {
    checkpoints.pop_back();
  }
  if (checkpoints.starts_with('/') && checkpoints.size() > 1) {
    out.moved_paths.push_back({checkpoints, MovedPath::Into::checkpoint_directory, ""});
  }
  std::stable_sort(
      out.moved_paths.begin(), out.moved_paths.end(),
      [](const MovedPath& a, const MovedPath& b) { return a.from.size() > b.from.size(); });
}

/// The moved paths that a text of the program names.
void add_moved(const std::string& text, const TrialTemplate& read, std::set<std::string>& out) {
  const std::vector<Segment> segments = split_placeholders(text);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::string& fixed = segments[i].text;
    std::size_t at = 0;
    while (segments[i].kind == Segment::Kind::text && at < fixed.size()) {
      const MovedPath* path = moved_path_at(read.moved_paths, fixed, at, i + 1 < segments.size());
      at += path == nullptr ? 1 : path->from.size();
      if (path != nullptr) {
        out.insert(path->from);
      }
    }
  }
}

/// Tells which moved paths the program really uses.
void note_moved_paths(const Field& field, const CollectorSource& source, const TrialTemplate& out) {
  std::set<std::string> used;
  add_moved(out.working_directory, out, used);
  for (const std::string& word : out.command) {
    add_moved(word, out, used);
  }
  for (const auto& [name, text] : out.env) {
    add_moved(text, out, used);
  }
  if (source.program) {
    for (const std::string& word : source.program->command) {
      add_moved(word, out, used);
    }
  }
  for (const MovedPath& path : out.moved_paths) {
    if (used.contains(path.from)) {
      const bool own = path.into == MovedPath::Into::trial_directory;
      field.note(path.from + " becomes " + (own ? "$DIWAN_TRIAL_DIR" : "$DIWAN_CHECKPOINT_DIR") +
                 (path.below.empty() ? "" : "/" + path.below) +
                 " of each trial, wherever its command and environment name it");
    }
  }
  const bool names_file =
      std::any_of(out.moved_paths.begin(), out.moved_paths.end(), [&](const MovedPath& path) {
        return path.into == MovedPath::Into::trial_directory && used.contains(path.from);
      });
  if (reads_files(source.collector.kind) && !source.path.empty() && !names_file) {
    field.note("nothing in the command and environment names " + source.path +
               ", which the collector reads as $DIWAN_TRIAL_DIR/" +
               moved_metrics_path(source.path) + " of each trial: have the program write there");
  }
}

void read_source(const Field& field, const SpaceReading& space, bool names_known, const Spec& spec,
                 TrialTemplate& out) {
  const Field trial_spec = field["trialSpec"];
  const Field config_map = field["configMap"];
  if (trial_spec && config_map) {
    config_map.wrong("stands beside trialSpec; keep one of the two");
  } else if (!trial_spec && !config_map) {
    trial_spec.missing("give the program to run: kind Command of diwan/v1, or a Kubernetes job");
    return;
  }
  if (!trial_spec) {
    read_config_map(config_map, out);
    fill_defaults(field, out);
    return;
  }
  if (!trial_spec.expect_map()) {
    return;
  }
  read_metadata(trial_spec["metadata"], out);
  if (!read_identity(trial_spec, out)) {
    check_placeholders(field, {}, space, names_known, spec, out);
    return;
  }
  fill_defaults(field, out);
  out.trial_spec = yaml::to_json(trial_spec.node());
  const std::filesystem::path folder = spec.file.parent_path();
  const Field container = field["primaryContainerName"];
  const std::vector<Field> places = out.command_kind
                                        ? read_command(trial_spec, folder, out)
                                        : read_kubernetes(trial_spec, container, folder, out);
  add_moved_paths(spec, out);
  check_placeholders(field, places, space, names_known, spec, out);
  if (out.kubernetes_only.empty()) {
    note_moved_paths(field, spec.metrics_collector, out);
  }
}

}  // namespace

void read_trial_template(const Field& spec, const SpaceReading& space, bool required, Spec& out) {
  const Field field = spec["trialTemplate"];
  if (!field) {
    if (required) {
      field.missing("give the program to run");
    }
    return;
  }
  if (!field.expect_map()) {
    return;
  }
  field.allow({"retain", "trialSpec", "configMap", "trialParameters", "primaryPodLabels",
               "primaryContainerName", "successCondition", "failureCondition"});
  TrialTemplate read;
  read.retain = field["retain"].boolean().value_or(false);
  read.primary_pod_labels = read_texts(field["primaryPodLabels"]);
  read.primary_container_name = field["primaryContainerName"].text().value_or("");
  read.success_condition = field["successCondition"].text().value_or("");
  read.failure_condition = field["failureCondition"].text().value_or("");
  // What has another kind under diwan/v1 is meant for a Command too.
  const bool is_command = has_text(field["trialSpec"]["kind"], "Command") ||
                          has_text(field["trialSpec"]["apiVersion"], "diwan/v1");
  if (!is_command && read.primary_container_name.empty()) {
    field["primaryContainerName"].missing("name the container whose metrics are collected");
  }
  const bool names_known =
      read_trial_parameters(field["trialParameters"], is_command, space, out, read);
  read_source(field, space, names_known, out, read);
  if (out.metrics_collector.program) {
    out.metrics_collector.program->moved_paths = read.moved_paths;
  }
  out.trial_template = std::move(read);
}

}  // namespace diwan
