// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/nas.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <variant>

#include "algorithms/nas/architecture.hpp"
#include "driver/spec/nas_operations.hpp"
#include "driver/spec/parameters.hpp"

namespace diwan {
namespace {

/// A layer has a skip bit for each one before it.
constexpr std::int64_t most_layers = 100;

/// The operation that has nothing to choose.
constexpr const char* no_operation = "skip_connection";

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

/// Reports a text that would end the JSON that trials are given, which has ' for ".
void check_plain(const Field& field, const std::string& text) {
  const auto is_plain = [](char c) {
    return c != '\'' && c != '"' && c != '\\' && static_cast<unsigned char>(c) >= ' ';
  };
  if (!std::all_of(text.begin(), text.end(), is_plain)) {
    field.wrong("holds a quote, a backslash or a line break (" + yaml::quoted(text) +
                "), which the JSON that trials get cannot have; leave it out");
  }
}

/// Reports values that are too many to be written down.
void check_values(const Field& space, const Domain& domain) {
  if (Axis(domain).count().value_or(most_nas_variants + 1) > most_nas_variants) {
    space.wrong("has more than " + std::to_string(most_nas_variants) +
                " values, each of which is an operation to darts; give fewer values, or a larger "
                "step");
  }
}

/// @param by_first  each value of the first parameter makes an operation, as in darts
NasOperation read_operation(const Field& field, bool by_first) {
  NasOperation out;
  if (!field.expect_map()) {
    return out;
  }
  field.allow({"operationType", "parameters"});
  out.type = field["operationType"].required_text("name the operation");
  check_plain(field["operationType"], out.type);
  const std::vector<Field> parameters = field["parameters"].items();
  // Katib refuses its own example with a skip connection, which has nothing to choose.
  if (parameters.empty() && out.type != no_operation) {
    field["parameters"].missing("an operation needs at least one");
  }
  std::set<std::string> names;
  for (const Field& item : parameters) {
    if (!item.expect_map()) {
      continue;
    }
    item.allow({"name", "parameterType", "feasibleSpace"});
    const std::string name = item["name"].required_text("name the parameter");
    const bool is_new = names.insert(name).second;
    if (!name.empty() && !is_new) {
      item["name"].wrong("is the name of an earlier parameter too (" + yaml::quoted(name) +
                         "); rename one");
    }
    check_plain(item["name"], name);
    std::optional<Domain> domain = read_domain(item, true);
    if (const auto* categorical = domain ? std::get_if<Categorical>(&*domain) : nullptr) {
      for (const std::string& choice : categorical->choices) {
        check_plain(item["feasibleSpace"]["list"], choice);
      }
    }
    if (domain && by_first && out.type != no_operation && &item == &parameters.front()) {
      check_values(item["feasibleSpace"], *domain);
    }
    if (domain && is_new && !name.empty()) {
      out.parameters.push_back({name, std::move(*domain)});
    }
  }
  return out;
}

/// A setting that goes to the trial of darts as it is.
void check_setting(const Field& item) {
  for (const char* part : {"name", "value"}) {
    if (item.is_map() && item[part] && item[part].node().is_scalar()) {
      check_plain(item[part], item[part].node().text);
    }
  }
}

bool has_too_many_layers(const NasConfig& config) { return config.num_layers > most_layers; }

bool has_too_many_variants(const NasConfig& config) {
  return variants(config, most_nas_variants) > most_nas_variants;
}

/// Reports a space of architectures that is too large to be written down.
void check_size(const Field& field, const NasConfig& config) {
  if (has_too_many_layers(config)) {
    field["graphConfig"]["numLayers"].wrong("enas searches at most " + std::to_string(most_layers) +
                                            " layers (" + std::to_string(config.num_layers) +
                                            "); give fewer");
  }
  if (has_too_many_variants(config)) {
    field["operations"].wrong("with all values of their parameters they are more than " +
                              std::to_string(most_nas_variants) +
                              "; give fewer values, or larger steps");
  }
}

/// A list of texts or of nothing but numbers, as Python's json.dumps has it with ' for ".
template <class Items, class Text>
std::string list_text(const Items& items, const Text& text) {
  std::string out;
  for (const auto& item : items) {
    out += (out.empty() ? "" : ", ") + text(item);
  }
  return out;
}

std::string in_quotes(const std::string& text) { return "'" + text + "'"; }

std::string sizes_text(const std::vector<std::int64_t>& sizes) {
  return "[" + list_text(sizes, [](std::int64_t size) { return std::to_string(size); }) + "]";
}

std::string variant_json(const NasConfig& config, std::uint32_t number) {
  const NasVariant one = variant(config, number);
  const std::string values = list_text(one.values, [](const NasVariant::Value& value) {
    return in_quotes(value.name) + ": " + (value.number ? value.text : in_quotes(value.text));
  });
  return "{'opt_id': " + std::to_string(number) + ", 'opt_type': " + in_quotes(one.type) +
         ", 'opt_params': {" + values + "}}";
}

/// What darts tells its trial of an operation: each value of its first parameter as a filter.
void add_darts_operations(const NasOperation& operation, std::vector<std::string>& out) {
  if (operation.type == no_operation || operation.parameters.empty()) {
    out.push_back(operation.type);
    return;
  }
  NasConfig first;
  first.operations = {{operation.type, {operation.parameters.front()}}};
  const std::uint64_t count = variants(first, most_nas_variants);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string size = variant(first, i).values.front().text;
    out.push_back(operation.type + "_" + size + "x" + size);
  }
}

/// All settings of darts with their defaults as numbers, those that are given as texts, as Katib
/// has it.
std::string darts_settings_text(const Settings& given) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const SettingInfo& info : find_algorithm("darts")->settings) {
    all.emplace_back(info.name, info.default_value);
  }
  for (const auto& setting : given) {
    const auto known = std::find_if(all.begin(), all.end(),
                                    [&](const auto& one) { return one.first == setting.first; });
    const std::string value = setting.second == "None" ? "null" : in_quotes(setting.second);
    if (known != all.end()) {
      known->second = value;
    } else {
      all.emplace_back(setting.first, value);
    }
  }
  return "{" +
         list_text(all, [](const auto& one) { return in_quotes(one.first) + ": " + one.second; }) +
         "}";
}

SearchSpace darts_space(const NasConfig& config, const Settings& settings) {
  std::vector<std::string> operations;
  for (const NasOperation& operation : config.operations) {
    add_darts_operations(operation, operations);
  }
  const std::vector<std::string> names = nas_assignments("darts");
  return SearchSpace({{names.at(0), Categorical{{darts_settings_text(settings)}}},
                      {names.at(1), Categorical{{"[" + list_text(operations, in_quotes) + "]"}}},
                      {names.at(2), Categorical{{std::to_string(config.num_layers)}}}});
}

SearchSpace enas_space(const NasConfig& config) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  const std::uint64_t count = variants(config, most_nas_variants);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string name = variant_text(variant(config, i));
    const bool is_new = seen.insert(name).second;
    names.push_back(is_new ? name : name + " (" + std::to_string(i) + ")");
  }
  return nas::architecture_space(static_cast<std::size_t>(config.num_layers), names);
}

/// Reads the numbers and brackets of an architecture.
class ArchitectureReader {
 public:
  explicit ArchitectureReader(std::string_view text) : text_(text) {}

  bool take(char wanted) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != wanted) {
      return false;
    }
    ++at_;
    return true;
  }
  std::optional<std::uint32_t> number() {
    skip_blanks();
    std::uint32_t value = 0;
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    at_ += static_cast<std::size_t>(end - begin);
    return error == std::errc{} ? std::optional(value) : std::nullopt;
  }
  bool at_end() {
    skip_blanks();
    return at_ == text_.size();
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != text_.npos) {
      ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

bool read_nas(const Field& spec, Spec& out) {
  const std::size_t problems = spec.findings().problems.size();
  const Field field = spec["nasConfig"];
  if (!field.expect_map()) {
    return !field;
  }
  field.allow({"graphConfig", "operations"});
  const Field name = spec["algorithm"]["algorithmName"];
  const std::string algorithm = name && name.node().is_scalar() ? name.node().text : "";
  NasConfig config;
  read_graph(field["graphConfig"], algorithm == "enas", config);
  const std::vector<Field> operations = field["operations"].items();
  if (operations.empty()) {
    field["operations"].missing("give at least one operation");
  }
  for (const Field& operation : operations) {
    config.operations.push_back(read_operation(operation, algorithm == "darts"));
  }
  if (algorithm == "enas") {
    check_size(field, config);
  } else if (const Field settings = spec["algorithm"]["algorithmSettings"]; settings.is_list()) {
    for (const Field& item : settings.items()) {
      check_setting(item);
    }
  }
  out.nas = std::move(config);
  return spec.findings().problems.size() == problems;
}

void read_initial_architectures(const Field& spec, bool sound, Spec& out) {
  const Field list = spec["initialTrials"];
  if (list && out.algorithm.name == "darts") {
    list.wrong("an architecture search that makes its own trial takes none; remove it");
  }
  if (!sound || !searches_architectures(out)) {
    return;
  }
  for (const Field& trial : list.items()) {
    if (!trial.expect_map()) {
      continue;
    }
    trial.allow(nas_assignments("enas"));
    const std::string text =
        trial["architecture"].required_text("give a list for each layer: [[3], [0, 1]]");
    const std::optional<Assignment> assignment = parse_architecture(out.space, text);
    if (assignment) {
      out.initial_trials.push_back(*assignment);
    } else if (!text.empty()) {
      trial["architecture"].wrong("is no architecture of this nasConfig (" + yaml::quoted(text) +
                                  "); give for each layer a list of its operation's number and a "
                                  "0 or 1 for each layer before: [[3], [0, 1]]");
    }
  }
}

SearchSpace nas_space(const NasConfig& config, const AlgorithmSpec& algorithm) {
  if (algorithm.name == "darts" && config.num_layers > 0) {
    return darts_space(config, algorithm.settings);
  }
  if (algorithm.name == "enas" && config.num_layers > 0 && !config.operations.empty() &&
      !has_too_many_layers(config) && !has_too_many_variants(config)) {
    return enas_space(config);
  }
  return {};
}

bool searches_architectures(const Spec& spec) {
  return spec.nas.has_value() && spec.algorithm.name == "enas";
}

std::vector<std::size_t> tabulated_parameters(const Spec& spec) {
  std::vector<std::size_t> places;
  for (std::size_t p = 0; p < spec.space.size();) {
    places.push_back(p);
    p = searches_architectures(spec) ? nas::operation_place(places.size()) : p + 1;
  }
  return places;
}

std::string architecture_text(const Assignment& assignment) {
  const nas::Architecture architecture = nas::architecture_of(assignment);
  std::string out;
  for (std::size_t layer = 0; layer < architecture.operations.size(); ++layer) {
    out += (out.empty() ? "[" : ", [") + std::to_string(architecture.operations[layer]);
    for (const bool skip : architecture.skips[layer]) {
      out += skip ? ", 1" : ", 0";
    }
    out += "]";
  }
  return "[" + out + "]";
}

std::string nn_config_text(const NasConfig& config, const Assignment& assignment) {
  std::vector<std::uint32_t> used;
  for (const std::uint32_t number : nas::architecture_of(assignment).operations) {
    if (std::find(used.begin(), used.end(), number) == used.end()) {
      used.push_back(number);
    }
  }
  return "{'num_layers': " + std::to_string(config.num_layers) +
         ", 'input_sizes': " + sizes_text(config.input_sizes) +
         ", 'output_sizes': " + sizes_text(config.output_sizes) + ", 'embedding': {" +
         list_text(used,
                   [&](std::uint32_t number) {
                     return in_quotes(std::to_string(number)) + ": " + variant_json(config, number);
                   }) +
         "}}";
}

std::optional<Assignment> parse_architecture(const SearchSpace& space, std::string_view text) {
  const std::optional<nas::ArchitectureShape> shape = nas::architecture_shape(space);
  ArchitectureReader reader(text);
  Assignment out;
  bool sound = shape && reader.take('[');
  for (std::size_t layer = 0; sound && layer < shape->layers; ++layer) {
    sound = (layer == 0 || reader.take(',')) && reader.take('[');
    for (std::size_t i = 0; sound && i <= layer; ++i) {
      sound = i == 0 || reader.take(',');
      const std::optional<std::uint32_t> number = sound ? reader.number() : std::nullopt;
      sound = number && *number < (i == 0 ? shape->operations : 2);
      out.values.push_back(number.value_or(0));
    }
    sound = sound && reader.take(']');
  }
  sound = sound && reader.take(']') && reader.at_end();
  return sound ? std::optional(std::move(out)) : std::nullopt;
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
