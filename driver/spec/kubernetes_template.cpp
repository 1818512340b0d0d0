// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/kubernetes_template.hpp"

#include <algorithm>

#include "driver/spec/command_template.hpp"
#include "driver/spec/container.hpp"
#include "driver/spec/known_names.hpp"
#include "driver/spec/kubernetes_fields.hpp"
#include "driver/spec/placeholder.hpp"
#include "driver/spec/yaml_text.hpp"

namespace diwan {
namespace {

/// Roles of a kind with replicas, the one that Katib collects first.
struct ReplicaKind {
  const char* kind;
  const char* specs;
  std::vector<std::string> roles;
};

const std::vector<ReplicaKind>& replica_kinds() {
  static const std::vector<ReplicaKind> kinds = {
      {"PyTorchJob", "pytorchReplicaSpecs", {"Master", "Worker"}},
      {"TFJob", "tfReplicaSpecs", {"Chief", "Master", "Worker", "PS", "Evaluator"}},
      {"XGBoostJob", "xgbReplicaSpecs", {"Master", "Worker"}},
      {"MPIJob", "mpiReplicaSpecs", {"Launcher", "Worker"}},
      {"PaddleJob", "paddleReplicaSpecs", {"Master", "Worker"}},
      {"JAXJob", "jaxReplicaSpecs", {"Worker"}}};
  return kinds;
}

std::string condition(const std::string& type) {
  return R"(status.conditions.#(type==")" + type + R"(")#|#(status=="True")#)";
}

/// A count that may be a placeholder, which only Kubernetes fills in.
std::uint32_t read_replicas(const Field& field, std::int64_t least, TrialTemplate& out) {
  if (!field) {
    return 1;
  }
  if (field.node().is_scalar() && split_placeholders(field.node().text).size() == 1 &&
      split_placeholders(field.node().text).front().kind != Segment::Kind::text) {
    out.kubernetes_only = "the number of its replicas is a trial parameter";
    return 1;
  }
  return static_cast<std::uint32_t>(field.integer(least, 1'000'000).value_or(1));
}

/// The container called `name` in a Pod's spec, if it has one.
std::optional<Field> find_container(const Field& pod, const std::string& name,
                                    std::vector<std::string>& names) {
  std::optional<Field> found;
  if (!pod["containers"].is_list()) {
    return found;
  }
  for (const Field& container : pod["containers"].items()) {
    if (container.is_map() && container["name"] && container["name"].node().is_scalar()) {
      names.push_back(container["name"].node().text);
      if (names.back() == name && !found) {
        found = container;
      }
    }
  }
  return found;
}

void note_pod(const Field& pod, TrialTemplate& out) {
  std::string left;
  for (const char* field : {"initContainers", "volumes"}) {
    if (pod[field].is_list() && !pod[field].node().items.empty()) {
      left += left.empty() ? field : std::string(" and ") + field;
    }
  }
  if (!left.empty()) {
    pod.note("off Kubernetes " + left + " of the " + out.kind + " have no effect");
  }
}

std::vector<Field> read_pod(const Field& pod, const Field& name,
                            const std::filesystem::path& folder, TrialTemplate& out) {
  std::vector<std::string> names;
  const std::optional<Field> container = find_container(pod, out.primary_container_name, names);
  if (!container) {
    name.wrong("no container has this name (" + yaml::quoted(out.primary_container_name) + "); " +
               known_names(out.primary_container_name, names));
    return {};
  }
  note_pod(pod, out);
  return read_container(*container, folder, out);
}

std::vector<Field> read_job(const Field& trial_spec, const Field& name,
                            const std::filesystem::path& folder, TrialTemplate& out) {
  const Field spec = trial_spec["spec"];
  const Field containers = spec["template"]["spec"]["containers"];
  if (!containers.is_list()) {
    if (!containers) {
      containers.missing("give the container to run");
    }
    return {};
  }
  const Field limit = spec["activeDeadlineSeconds"];
  if (limit && limit.node().kind == yaml::Node::Kind::integer) {
    out.resources.time_limit = read_duration(limit);
  }
  return read_pod(spec["template"]["spec"], name, folder, out);
}

/// The MPI ranks are the workers' slots, each worker a node; the launcher's own command starts
/// them.
void read_mpi_workers(const Field& spec, TrialTemplate& out) {
  const Field worker = spec["mpiReplicaSpecs"]["Worker"];
  const std::uint32_t slots = read_replicas(spec["slotsPerWorker"], 1, out);
  out.resources.nodes = std::max(1U, read_replicas(worker["replicas"], 0, out));
  out.resources.nodes_given = true;
  out.resources.tasks = out.resources.nodes * slots;
  out.resources.memory_per_task = false;
  const Field containers = worker["template"]["spec"]["containers"];
  if (containers.is_list() && !containers.items().empty()) {
    const Resources launcher = out.resources;
    out.resources = {};
    out.resources.nodes = launcher.nodes;
    out.resources.nodes_given = true;
    out.resources.tasks = launcher.tasks;
    out.resources.time_limit = launcher.time_limit;
    read_container_resources(containers.items().front()["resources"], slots, out);
  }
}

/// The container of a role that stands for its program: the one with the primary's name, or its
/// only one.
std::optional<Field> program_of(const Field& pod, const TrialTemplate& read) {
  std::vector<std::string> names;
  std::optional<Field> found = find_container(pod, read.primary_container_name, names);
  const Field containers = pod["containers"];
  return found || !containers.is_list() || containers.items().empty() ? found
                                                                      : containers.items().front();
}

std::string command_of(const Field& container) {
  std::string text;
  for (const char* part : {"command", "args"}) {
    text += (container[part] ? yaml::to_json(container[part].node()) : "[]") + "\n";
  }
  return text;
}

/// Off Kubernetes all replicas are tasks of one step: with the same command, and with what the
/// largest asks for.
void join_roles(const ReplicaKind& kind, const Field& specs, const Field& primary,
                TrialTemplate& out) {
  const std::optional<Field> first = program_of(primary, out);
  for (const std::string& role : kind.roles) {
    const auto other =
        specs[role] ? program_of(specs[role]["template"]["spec"], out) : std::nullopt;
    if (!first || !other) {
      continue;
    }
    if (command_of(*other) != command_of(*first)) {
      out.kubernetes_only = "its " + role + " runs another command than its " +
                            out.roles.front().first + ", and here all replicas run one";
      return;
    }
    TrialTemplate of_role;
    read_container_resources((*other)["resources"], 1, of_role);
    const Resources& asked = of_role.resources;
    Resources& all = out.resources;
    all.cpus_per_task = std::max(all.cpus_per_task, asked.cpus_per_task);
    all.cpus_given = all.cpus_given || asked.cpus_given;
    all.gpus_per_task = std::max(all.gpus_per_task, asked.gpus_per_task);
    all.memory_bytes = std::max(all.memory_bytes, asked.memory_bytes);
  }
}

std::vector<Field> read_replica_job(const ReplicaKind& kind, const Field& spec, const Field& name,
                                    const std::filesystem::path& folder, TrialTemplate& out) {
  const Field specs = spec[kind.specs];
  if (!specs) {
    specs.missing("give the replicas: " + alternatives(kind.roles));
  }
  if (!specs.expect_map()) {
    return {};
  }
  specs.allow(kind.roles);
  std::vector<std::string> names;
  std::optional<Field> primary;
  std::uint32_t replicas = 0;
  for (const std::string& role : kind.roles) {
    if (!specs[role]) {
      continue;
    }
    const std::uint32_t count = read_replicas(specs[role]["replicas"], 0, out);
    replicas += count;
    if (count > 0) {
      out.roles.emplace_back(role, count);
    }
    const Field pod = specs[role]["template"]["spec"];
    if (find_container(pod, out.primary_container_name, names) && !primary) {
      primary = pod;
    }
  }
  if (!primary) {
    name.wrong("no container has this name (" + yaml::quoted(out.primary_container_name) + "); " +
               known_names(out.primary_container_name, names));
    return {};
  }
  std::vector<Field> places = read_pod(*primary, name, folder, out);
  out.resources.tasks = std::max(1U, replicas);
  out.resources.memory_per_task = true;
  if (out.kind == "MPIJob") {
    read_mpi_workers(spec, out);
  } else {
    join_roles(kind, specs, *primary, out);
  }
  return places;
}

std::vector<Field> read_train_job(const Field& spec, const std::filesystem::path& folder,
                                  TrialTemplate& out) {
  const Field trainer = spec["trainer"];
  if (!trainer.expect_map()) {
    out.kubernetes_only = "its program comes from a training runtime of the cluster";
    return {};
  }
  std::vector<Field> places = read_container(trainer, folder, out);
  out.resources.nodes = std::max(1U, read_replicas(trainer["numNodes"], 1, out));
  out.resources.nodes_given = true;
  const Field processes = trainer["numProcPerNode"];
  std::uint32_t per_node = 1;
  if (processes && processes.node().kind == yaml::Node::Kind::integer) {
    per_node = read_replicas(processes, 1, out);
  }
  out.resources.tasks = out.resources.nodes * per_node;
  read_container_resources(trainer["resourcesPerNode"], per_node, out);
  return places;
}

}  // namespace

KindDefaults defaults_of(const std::string& kind) {
  if (kind == "Job") {
    return {condition("Complete"), condition("Failed"), {}};
  }
  if (kind == "TrainJob") {
    return {condition("Complete"),
            condition("Failed"),
            {{"jobset.sigs.k8s.io/replicatedjob-name", "node"},
             {"batch.kubernetes.io/job-completion-index", "0"}}};
  }
  if (kind == "TFJob" || kind == "PyTorchJob" || kind == "XGBoostJob" || kind == "MPIJob") {
    return {condition("Succeeded"),
            condition("Failed"),
            {{"training.kubeflow.org/job-role", "master"}}};
  }
  return {};
}

std::vector<Field> read_kubernetes(const Field& trial_spec, const Field& container_name,
                                   const std::filesystem::path& folder, TrialTemplate& out) {
  out.working_directory = folder.string();
  if (out.kind == "Job" && out.api_version == "batch/v1") {
    check_job(trial_spec);
  }
  if (out.primary_container_name.empty() || !trial_spec["spec"].expect_map()) {
    return {};
  }
  const Field spec = trial_spec["spec"];
  if (out.kind == "Job") {
    return read_job(trial_spec, container_name, folder, out);
  }
  if (out.kind == "TrainJob") {
    return read_train_job(spec, folder, out);
  }
  for (const ReplicaKind& kind : replica_kinds()) {
    if (out.kind == kind.kind) {
      return read_replica_job(kind, spec, container_name, folder, out);
    }
  }
  out.kubernetes_only = "only a cluster knows what a " + out.kind + " is";
  return {};
}

}  // namespace diwan
