// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/kubernetes_fields.hpp"

#include <limits>
#include <span>

namespace diwan {
namespace {

enum class Type { text, integer, boolean, list, map, any };

struct Known {
  const char* name;
  Type type;
};

constexpr Known job_fields[] = {{"apiVersion", Type::text},
                                {"kind", Type::text},
                                {"metadata", Type::map},
                                {"spec", Type::map},
                                {"status", Type::map}};

constexpr Known metadata_fields[] = {{"annotations", Type::map},
                                     {"creationTimestamp", Type::any},
                                     {"deletionGracePeriodSeconds", Type::integer},
                                     {"deletionTimestamp", Type::any},
                                     {"finalizers", Type::list},
                                     {"generateName", Type::text},
                                     {"generation", Type::integer},
                                     {"labels", Type::map},
                                     {"managedFields", Type::list},
                                     {"name", Type::text},
                                     {"namespace", Type::text},
                                     {"ownerReferences", Type::list},
                                     {"resourceVersion", Type::text},
                                     {"selfLink", Type::text},
                                     {"uid", Type::text}};

constexpr Known job_spec_fields[] = {{"activeDeadlineSeconds", Type::integer},
                                     {"backoffLimit", Type::integer},
                                     {"backoffLimitPerIndex", Type::integer},
                                     {"completionMode", Type::text},
                                     {"completions", Type::integer},
                                     {"managedBy", Type::text},
                                     {"manualSelector", Type::boolean},
                                     {"maxFailedIndexes", Type::integer},
                                     {"parallelism", Type::integer},
                                     {"podFailurePolicy", Type::map},
                                     {"podReplacementPolicy", Type::text},
                                     {"selector", Type::map},
                                     {"successPolicy", Type::map},
                                     {"suspend", Type::boolean},
                                     {"template", Type::map},
                                     {"ttlSecondsAfterFinished", Type::integer}};

constexpr Known template_fields[] = {{"metadata", Type::map}, {"spec", Type::map}};

constexpr Known pod_fields[] = {{"activeDeadlineSeconds", Type::integer},
                                {"affinity", Type::map},
                                {"automountServiceAccountToken", Type::boolean},
                                {"containers", Type::list},
                                {"dnsConfig", Type::map},
                                {"dnsPolicy", Type::text},
                                {"enableServiceLinks", Type::boolean},
                                {"ephemeralContainers", Type::list},
                                {"hostAliases", Type::list},
                                {"hostIPC", Type::boolean},
                                {"hostNetwork", Type::boolean},
                                {"hostPID", Type::boolean},
                                {"hostUsers", Type::boolean},
                                {"hostname", Type::text},
                                {"hostnameOverride", Type::text},
                                {"imagePullSecrets", Type::list},
                                {"initContainers", Type::list},
                                {"nodeName", Type::text},
                                {"nodeSelector", Type::map},
                                {"os", Type::map},
                                {"overhead", Type::map},
                                {"preemptionPolicy", Type::text},
                                {"priority", Type::integer},
                                {"priorityClassName", Type::text},
                                {"readinessGates", Type::list},
                                {"resourceClaims", Type::list},
                                {"resources", Type::map},
                                {"restartPolicy", Type::text},
                                {"runtimeClassName", Type::text},
                                {"schedulerName", Type::text},
                                {"schedulingGates", Type::list},
                                {"securityContext", Type::map},
                                {"serviceAccount", Type::text},
                                {"serviceAccountName", Type::text},
                                {"setHostnameAsFQDN", Type::boolean},
                                {"shareProcessNamespace", Type::boolean},
                                {"subdomain", Type::text},
                                {"terminationGracePeriodSeconds", Type::integer},
                                {"tolerations", Type::list},
                                {"topologySpreadConstraints", Type::list},
                                {"volumes", Type::list}};

constexpr Known container_fields[] = {{"args", Type::list},
                                      {"command", Type::list},
                                      {"env", Type::list},
                                      {"envFrom", Type::list},
                                      {"image", Type::text},
                                      {"imagePullPolicy", Type::text},
                                      {"lifecycle", Type::map},
                                      {"livenessProbe", Type::map},
                                      {"name", Type::text},
                                      {"ports", Type::list},
                                      {"readinessProbe", Type::map},
                                      {"resizePolicy", Type::list},
                                      {"resources", Type::map},
                                      {"restartPolicy", Type::text},
                                      {"restartPolicyRules", Type::list},
                                      {"securityContext", Type::map},
                                      {"startupProbe", Type::map},
                                      {"stdin", Type::boolean},
                                      {"stdinOnce", Type::boolean},
                                      {"terminationMessagePath", Type::text},
                                      {"terminationMessagePolicy", Type::text},
                                      {"tty", Type::boolean},
                                      {"volumeDevices", Type::list},
                                      {"volumeMounts", Type::list},
                                      {"workingDir", Type::text}};

void check_type(const Field& field, Type type) {
  switch (type) {
    case Type::text:
      static_cast<void>(field.strict_text());
      break;
    case Type::integer:
      static_cast<void>(field.integer(std::numeric_limits<std::int64_t>::min(),
                                      std::numeric_limits<std::int64_t>::max()));
      break;
    case Type::boolean:
      static_cast<void>(field.boolean());
      break;
    case Type::list:
      static_cast<void>(field.expect_list());
      break;
    case Type::map:
      static_cast<void>(field.expect_map());
      break;
    case Type::any:
      break;
  }
}

std::vector<std::string> names_of(std::span<const Known> fields) {
  std::vector<std::string> out;
  for (const Known& known : fields) {
    out.emplace_back(known.name);
  }
  return out;
}

void check(const Field& object, std::span<const Known> fields) {
  if (!object.is_map()) {
    return;
  }
  for (const Known& known : fields) {
    check_type(object[known.name], known.type);
  }
  object.allow(names_of(fields));
}

std::vector<Field> items_of(const Field& list) {
  return list.is_list() ? list.items() : std::vector<Field>{};
}

}  // namespace

void check_container(const Field& container) {
  if (container.expect_map()) {
    check(container, container_fields);
  }
}

void allow_metadata(const Field& metadata) { metadata.allow(names_of(metadata_fields)); }

void check_job(const Field& job) {
  check(job, job_fields);
  check(job["metadata"], metadata_fields);
  const Field spec = job["spec"];
  check(spec, job_spec_fields);
  const Field pod = spec["template"];
  check(pod, template_fields);
  check(pod["metadata"], metadata_fields);
  check(pod["spec"], pod_fields);
  for (const char* list : {"containers", "initContainers"}) {
    for (const Field& container : items_of(pod["spec"][list])) {
      check_container(container);
    }
  }
}

}  // namespace diwan
