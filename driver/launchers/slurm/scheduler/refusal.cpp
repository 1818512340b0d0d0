// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/scheduler/refusal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

namespace diwan::slurm {

namespace {

using Kind = Refused::Kind;

struct Rule {
  int error;  ///< of slurm_errno.h, the same in all releases; 0: none
  std::string_view text;
  Kind kind;
  std::string_view field;
};

constexpr std::string_view nodes_unavailable = "Requested node configuration is not available";

// The first that fits holds; what keeps a command from asking at all comes first, since it then
// says several things.
constexpr std::array rules = {
    Rule{0, "Unable to process configuration file", Kind::away, ""},
    Rule{1800, "Unable to contact slurm controller", Kind::away, ""},
    Rule{1801, "send failure", Kind::away, ""},
    Rule{1802, "receive failure", Kind::away, ""},
    Rule{1803, "shutdown failure", Kind::away, ""},
    Rule{1001, "Communication connection failure", Kind::away, ""},
    Rule{1002, "Message send failure", Kind::away, ""},
    Rule{1003, "Message receive failure", Kind::away, ""},
    Rule{1007, "Protocol authentication error", Kind::away, ""},
    Rule{5004, "Socket timed out on send/recv operation", Kind::away, ""},
    Rule{5000, "Zero Bytes were transmitted or received", Kind::away, ""},
    Rule{5005, "Zero Bytes were transmitted", Kind::away, ""},
    Rule{2027, "standby mode", Kind::away, ""},
    Rule{2131, "in standby", Kind::away, ""},
    Rule{0, "Could not establish a configuration source", Kind::away, ""},
    Rule{0, "Munge encode failed", Kind::away, ""},
    Rule{0, "Connection refused", Kind::away, ""},

    Rule{EAGAIN, "temporarily unable to accept job", Kind::busy, ""},
    Rule{0, "Resource temporarily unavailable", Kind::busy, ""},
    Rule{0, "job queue full", Kind::busy, ""},
    Rule{2007, "Unable to create job record, try again", Kind::busy, ""},
    Rule{2105, "disabled submissions", Kind::busy, ""},
    Rule{0, "submissions are currently disabled", Kind::busy, ""},

    // Of the accounting limits only those that count jobs pass by themselves. Slurm names the limit
    // beside the general text, which tells nothing (ESLURM_ACCOUNTING_POLICY).
    Rule{0, "MaxSubmitJob", Kind::busy, ""},
    Rule{0, "GrpSubmitJob", Kind::busy, ""},
    Rule{0, "MaxJobs", Kind::busy, ""},
    Rule{0, "MaxWallDuration", Kind::forbidden, "time_limit"},
    Rule{0, "QOSMaxCpu", Kind::forbidden, "cpus_per_rank"},
    Rule{0, "AssocMaxCpu", Kind::forbidden, "cpus_per_rank"},
    Rule{0, "QOSMinCpu", Kind::forbidden, "cpus_per_rank"},
    Rule{0, "MaxNode", Kind::forbidden, "nodes"},
    Rule{0, "MaxMem", Kind::forbidden, "memory_mebibytes"},
    Rule{0, "MinMem", Kind::forbidden, "memory_mebibytes"},
    Rule{0, "MaxGRES", Kind::forbidden, "gpus_per_node"},
    Rule{0, "MinGRES", Kind::forbidden, "gpus_per_node"},
    Rule{2050, "Job violates accounting/QOS policy", Kind::busy, ""},

    Rule{2000, "nvalid partition", Kind::forbidden, "partition"},
    Rule{2001, "No partition specified or system default partition", Kind::forbidden, "partition"},
    Rule{2003, "group not permitted to use this partition", Kind::forbidden, "partition"},
    Rule{2004, "not in this partition", Kind::forbidden, "partition"},
    Rule{2070, "partition(s) is not available", Kind::forbidden, "partition"},
    Rule{2130, "not permitted to use this partition", Kind::forbidden, "partition"},
    Rule{2045, "Invalid account", Kind::forbidden, "account"},
    Rule{2066, "Invalid qos", Kind::forbidden, "qos"},
    Rule{2051, "Requested time limit is invalid", Kind::forbidden, "time_limit"},
    Rule{8000, "Time limit specification required", Kind::forbidden, "time_limit"},
    Rule{0, "Invalid --time specification", Kind::forbidden, "time_limit"},
    Rule{2029, "Invalid feature specification", Kind::forbidden, "constraint"},
    Rule{0, "Invalid constraint", Kind::forbidden, "constraint"},
    Rule{2114, "Batch constraint", Kind::forbidden, "constraint"},
    Rule{2121, "KNL NUMA/MCDRAM", Kind::forbidden, "constraint"},
    Rule{2072, "Invalid generic resource", Kind::forbidden, "gpus_per_node"},
    Rule{2102, "Duplicate generic resource", Kind::forbidden, "gpus_per_node"},
    Rule{2115, "Invalid Trackable RESource", Kind::forbidden, "gpus_per_node"},
    Rule{2119, "Invalid GRES", Kind::forbidden, "gpus_per_node"},
    Rule{2122, "unsupported GRES", Kind::forbidden, "gpus_per_node"},
    Rule{2134, "Insufficient GRES", Kind::forbidden, "gpus_per_node"},
    Rule{2044, "Memory required by task is not available", Kind::forbidden, "memory_mebibytes"},
    Rule{0, "Memory specification can not be satisfied", Kind::forbidden, "memory_mebibytes"},
    Rule{2005, "More processors requested than permitted", Kind::forbidden, "cpus_per_rank"},
    Rule{2069, "Invalid processor count", Kind::forbidden, "cpus_per_rank"},
    Rule{0, "CPU count", Kind::forbidden, "cpus_per_rank"},
    Rule{2025, "Task count specification invalid", Kind::forbidden, "ranks"},
    Rule{2006, "Node count specification invalid", Kind::forbidden, "nodes"},
    Rule{2081, "Invalid job array specification", Kind::forbidden, "tasks"},
    Rule{2014, nodes_unavailable, Kind::forbidden, ""},
    Rule{0, "unrecognized option", Kind::forbidden, "extra"},
    Rule{0, "nvalid option", Kind::forbidden, "extra"},
    Rule{2053, "reservation is invalid", Kind::forbidden, "extra"},
    Rule{2052, "Access denied to requested reservation", Kind::forbidden, "extra"},
    Rule{2048, "Invalid license", Kind::forbidden, "extra"},
    Rule{0, "Unable to open file", Kind::forbidden, "working_directory"},

    Rule{2002, "Access/permission denied", Kind::forbidden, ""},
    Rule{2017, "Invalid job id", Kind::gone, ""},
    Rule{2021, "already completing or completed", Kind::gone, ""},
    Rule{2020, "can not be altered now", Kind::gone, ""},
    Rule{2024, "Job is pending execution", Kind::gone, ""},
    Rule{2084, "Job has already finished", Kind::gone, ""},
    Rule{2085, "Job is not running", Kind::gone, ""},
    Rule{2086, "Job is no longer pending nor running", Kind::gone, ""},
};

bool fits(const Rule& rule, int error, std::string_view text) {
  return (rule.error != 0 && rule.error == error) || text.find(rule.text) != std::string_view::npos;
}

/// Without the program's name and the level before it.
std::string_view sentence(std::string_view line) {
  static constexpr std::array beginnings = {std::string_view{"sbatch: "},
                                            std::string_view{"squeue: "},
                                            std::string_view{"scancel: "},
                                            std::string_view{"scontrol: "},
                                            std::string_view{"diwan-slurm: "},
                                            std::string_view{"slurm_load_jobs "},
                                            std::string_view{"error: "},
                                            std::string_view{"fatal: "},
                                            std::string_view{"allocation failure: "},
                                            std::string_view{"Batch job submission failed: "}};
  for (const std::string_view beginning : beginnings) {
    if (line.starts_with(beginning)) {
      line.remove_prefix(beginning.size());
    }
  }
  return line;
}

}  // namespace

Refused refusal(int error, std::string text, Kind otherwise) {
  const auto* const rule = std::find_if(rules.begin(), rules.end(),
                                        [&](const Rule& one) { return fits(one, error, text); });
  if (rule == rules.end()) {
    return {.kind = otherwise, .text = std::move(text), .field = ""};
  }
  return {.kind = rule->kind, .text = std::move(text), .field = std::string{rule->field}};
}

std::string slurm_words(std::string_view said) {
  std::vector<std::string_view> sentences;
  while (!said.empty()) {
    const std::size_t end = said.find('\n');
    const std::string_view one = sentence(said.substr(0, end));
    said.remove_prefix(end == std::string_view::npos ? said.size() : end + 1);
    if (!one.empty() && std::find(sentences.begin(), sentences.end(), one) == sentences.end()) {
      sentences.push_back(one);
    }
  }
  std::string words;
  for (const std::string_view one : sentences) {
    words += (words.empty() ? "" : "; ") + std::string{one};
  }
  return words;
}

bool about_nodes(const Refused& refused) {
  return refused.kind == Kind::forbidden && refused.field.empty() &&
         refused.text.find(nodes_unavailable) != std::string::npos;
}

std::string find_cause(const JobRequest& request,
                       const std::function<bool(const JobRequest&)>& accepted) {
  // The likelier cause first.
  std::vector<std::pair<std::string, JobRequest>> easier;
  const auto add = [&](const char* field, const auto& change) {
    JobRequest other = request;
    change(other);
    if (other != request) {
      easier.emplace_back(field, std::move(other));
    }
  };
  add("gpus_per_node", [](JobRequest& r) { r.gpus_per_node = 0; });
  add("constraint", [](JobRequest& r) { r.constraint.clear(); });
  add("memory_mebibytes", [](JobRequest& r) { r.memory_mebibytes.reset(); });
  add("cpus_per_rank", [](JobRequest& r) { r.cpus_per_rank = 1; });
  add("ranks", [](JobRequest& r) { r.ranks = 1; });
  add("nodes", [](JobRequest& r) { r.nodes = 1; });
  add("extra", [](JobRequest& r) { r.extra.clear(); });
  for (const auto& [field, other] : easier) {
    if (accepted(other)) {
      return field;
    }
  }
  return {};
}

}  // namespace diwan::slurm
