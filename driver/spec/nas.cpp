// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/nas.hpp"

#include <set>

#include "driver/spec/parameters.hpp"

namespace diwan {
namespace {

std::vector<std::int64_t> read_sizes(const Field& list, bool required) {
  std::vector<std::int64_t> out;
  const std::vector<Field> items = list.items();
  if (required && !list) {
    list.missing("enas needs it");
  } else if (required && list.is_list() && items.empty()) {
    list.wrong("is empty; give at least one size");
  }
  for (const Field& item : items) {
    if (const std::optional<std::int64_t> size = item.integer(1)) {
      out.push_back(*size);
    }
  }
  return out;
}

void read_graph(const Field& graph, bool sizes_required, NasConfig& out) {
  if (!graph) {
    graph.missing("give numLayers, inputSizes and outputSizes");
  }
  if (!graph.expect_map()) {
    return;
  }
  graph.allow({"numLayers", "inputSizes", "outputSizes"});
  if (!graph["numLayers"]) {
    graph["numLayers"].missing("give the number of layers");
  }
  out.num_layers = graph["numLayers"].integer(1).value_or(0);
  out.input_sizes = read_sizes(graph["inputSizes"], sizes_required);
  out.output_sizes = read_sizes(graph["outputSizes"], sizes_required);
}

NasOperation read_operation(const Field& field) {
  NasOperation out;
  if (!field.expect_map()) {
    return out;
  }
  field.allow({"operationType", "parameters"});
  out.type = field["operationType"].required_text("name the operation");
  const std::vector<Field> parameters = field["parameters"].items();
  // Katib refuses its own example with a skip connection, which has nothing to choose.
  if (parameters.empty() && out.type != "skip_connection") {
    field["parameters"].missing("an operation needs at least one");
  }
  std::set<std::string> names;
  for (const Field& item : parameters) {
    if (!item.expect_map()) {
      continue;
    }
    item.allow({"name", "parameterType", "feasibleSpace"});
    const std::string name = item["name"].required_text("name the parameter");
    if (!name.empty() && !names.insert(name).second) {
      item["name"].wrong("is the name of an earlier parameter too (" + yaml::quoted(name) +
                         "); rename one");
    }
    if (std::optional<Domain> domain = read_domain(item, true)) {
      out.parameters.push_back({name, std::move(*domain)});
    }
  }
  return out;
}

}  // namespace

void read_nas(const Field& spec, Spec& out) {
  const Field field = spec["nasConfig"];
  if (!field.expect_map()) {
    return;
  }
  field.allow({"graphConfig", "operations"});
  const Field name = spec["algorithm"]["algorithmName"];
  const bool is_enas = name && name.node().is_scalar() && name.node().text == "enas";
  NasConfig config;
  read_graph(field["graphConfig"], is_enas, config);
  const std::vector<Field> operations = field["operations"].items();
  if (operations.empty()) {
    field["operations"].missing("give at least one operation");
  }
  for (const Field& operation : operations) {
    config.operations.push_back(read_operation(operation));
  }
  out.nas = std::move(config);
}

std::vector<std::string> nas_assignments(const std::string& algorithm) {
  if (algorithm == "enas") {
    return {"architecture", "nn_config"};
  }
  if (algorithm == "darts") {
    return {"algorithm-settings", "search-space", "num-layers"};
  }
  return {};
}

}  // namespace diwan
