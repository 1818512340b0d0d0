// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/rank_place.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <nlohmann/json.hpp>

#include "driver/launchers/slurm_step/hostlist.hpp"

namespace diwan::slurm_step {
namespace {

std::string variable(const Variables& variables, const std::string& name) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::string{} : found->second;
}

/// The node of each rank; they are dealt out block by block.
std::vector<std::uint32_t> nodes_by_rank(const RankPlace& place) {
  std::vector<std::uint32_t> nodes;
  for (std::uint32_t node = 0; node < place.ranks_on.size(); ++node) {
    nodes.insert(nodes.end(), place.ranks_on[node], node);
  }
  return nodes;
}

/// As TensorFlow names a role of a TFJob: its own master is called chief.
std::string tensorflow_role(const std::string& role) {
  std::string text = role == "Master" ? "chief" : role;
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// {"cluster": {"worker": ["n1:4000", …]}, "task": {"type": "worker", "index": 0}}
std::string tensorflow_config(const RankPlace& place, const RankFacts& facts) {
  const std::vector<std::uint32_t> nodes = nodes_by_rank(place);
  nlohmann::json config = {{"environment", "cloud"}};
  std::uint32_t rank = 0;
  for (const auto& [role, count] : facts.roles) {
    const std::string name = tensorflow_role(role);
    for (std::uint32_t index = 0; index < count && rank < nodes.size(); ++index, ++rank) {
      if (rank == place.rank) {
        config["task"] = {{"type", name}, {"index", index}};
      }
      if (role != "Evaluator") {  // it is outside of the cluster
        config["cluster"][name].push_back(place.nodes[nodes[rank]] + ":" +
                                          std::to_string(facts.port + rank));
      }
    }
  }
  return config.dump();
}

}  // namespace

std::optional<RankPlace> rank_place(const Variables& variables) {
  RankPlace place;
  const auto rank = number_in(variables, "SLURM_PROCID");
  const auto ranks = number_in(variables, "SLURM_STEP_NUM_TASKS");
  place.node_list = variable(variables, "SLURM_STEP_NODELIST");
  place.nodes = expand_hosts(place.node_list);
  place.ranks_on = expand_counts(variable(variables, "SLURM_STEP_TASKS_PER_NODE"));
  place.node = number_in(variables, "SLURM_NODEID").value_or(0);
  if (!rank || !ranks || place.nodes.empty() || place.ranks_on.size() != place.nodes.size() ||
      place.node >= place.nodes.size()) {
    return std::nullopt;
  }
  place.rank = *rank;
  place.ranks = *ranks;
  place.local = number_in(variables, "SLURM_LOCALID").value_or(0);
  place.step = variable(variables, "SLURM_JOB_ID") + "." + variable(variables, "SLURM_STEP_ID");
  return place;
}

std::string host_file(const RankPlace& place, std::optional<std::uint32_t> slots) {
  std::string text;
  for (std::size_t i = 0; i < place.nodes.size(); ++i) {
    text += place.nodes[i] + " slots=" + std::to_string(slots.value_or(place.ranks_on[i])) + "\n";
  }
  return text;
}

std::vector<std::pair<std::string, std::string>> rank_variables(const RankPlace& place,
                                                                const RankFacts& facts) {
  const std::string rank = std::to_string(place.rank);
  const std::string ranks = std::to_string(place.ranks);
  const std::string port = std::to_string(facts.port);
  const std::string& master = place.nodes.front();
  std::vector<std::pair<std::string, std::string>> variables = {
      {"MASTER_ADDR", master},
      {"MASTER_PORT", port},
      {"RANK", rank},
      {"WORLD_SIZE", ranks},
      {"LOCAL_RANK", facts.own_gpus ? "0" : std::to_string(place.local)},
      {"LOCAL_WORLD_SIZE", facts.own_gpus ? "1" : std::to_string(place.ranks_on[place.node])}};
  if (facts.kind == "PyTorchJob") {  // read by torchrun
    variables.insert(variables.end(), {{"PET_NNODES", ranks},
                                       {"PET_NODE_RANK", rank},
                                       {"PET_MASTER_ADDR", master},
                                       {"PET_MASTER_PORT", port}});
  } else if (facts.kind == "TFJob") {
    variables.emplace_back("TF_CONFIG", tensorflow_config(place, facts));
  } else if (facts.kind == "JAXJob") {
    variables.insert(variables.end(), {{"COORDINATOR_ADDRESS", master},
                                       {"COORDINATOR_PORT", port},
                                       {"NUM_PROCESSES", ranks},
                                       {"PROCESS_ID", rank}});
  }
  return variables;
}

std::string role_of(const Roles& roles, std::uint32_t rank) {
  for (const auto& [role, count] : roles) {
    if (rank < count) {
      return role;
    }
    rank -= count;
  }
  return {};
}

}  // namespace diwan::slurm_step
