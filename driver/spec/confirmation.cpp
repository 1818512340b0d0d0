// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/confirmation.hpp"

#include <limits>
#include <optional>

#include "driver/spec/given.hpp"
#include "driver/spec/nas.hpp"
#include "driver/spec/spec_text.hpp"
#include "driver/spec/yaml_document.hpp"
#include "driver/spec/yaml_text.hpp"

namespace diwan {
namespace {

using Kind = yaml::Node::Kind;
using Overrides = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view name_end = "-confirm";

yaml::Node text_node(std::string text) {
  yaml::Node node;
  node.kind = Kind::text;
  node.plain = false;
  node.text = std::move(text);
  return node;
}

yaml::Node number_node(std::uint64_t number) {
  yaml::Node node;
  node.kind = Kind::integer;
  node.text = std::to_string(number);
  return node;
}

yaml::Node list_node() {
  yaml::Node node;
  node.kind = Kind::list;
  return node;
}

yaml::Node map_node() {
  yaml::Node node;
  node.kind = Kind::map;
  return node;
}

/// The text of an experiment under another name.
std::string renamed(const std::string& text, const std::string& name) {
  yaml::Node root = std::move(yaml::read_documents(text).nodes.front());
  yaml::Node& metadata = *root.find("metadata");
  std::erase_if(metadata.entries, [](const auto& entry) {
    return entry.key == "name" || entry.key == "generateName";
  });
  metadata.entries.push_back({"name", {}, text_node(name)});
  return yaml::to_yaml(root);
}

std::string name_of(const Spec& found) {
  std::string name = found.name.substr(0, longest_experiment_name - name_end.size());
  name.erase(name.find_last_not_of('-') + 1);
  return name.append(name_end);
}

/// What a parameter's text becomes in the changed space; nothing where it has no place there.
std::optional<std::string> fitted(const SearchSpace& space, std::size_t parameter,
                                  const std::string& text) {
  if (space.parse(parameter, text)) {
    return text;
  }
  if (space.cardinality(parameter) == 1) {
    return space.text(parameter, space.value_at(parameter, 0));
  }
  return std::nullopt;
}

/// A trial's values as `changed` wants them, by name. @throws SpecError for one that it lacks.
yaml::Node fitted(const FoundTrial& trial, const Spec& found, const Spec& changed) {
  yaml::Node run = map_node();
  if (searches_architectures(found)) {
    run.entries.push_back(
        {given_names(found).front(), {}, text_node(architecture_text(trial.assignment))});
    return run;
  }
  std::vector<SpecProblem> problems;
  for (std::size_t p = 0; p < found.space.size(); ++p) {
    const double value = trial.assignment.values.at(p);
    const std::string& name = found.space.parameters()[p].name;
    const std::optional<std::size_t> place = changed.space.index_of(name);
    if (value != value || !place) {
      continue;  // inactive, or no longer a parameter: the template says what stands in its place
    }
    const std::string text = found.space.text(p, value);
    if (const std::optional<std::string> fit = fitted(changed.space, *place, text)) {
      run.entries.push_back({name, {}, text_node(*fit)});
    } else {
      const std::string values = values_text(changed.space.parameters()[*place].domain);
      problems.push_back({.file = "--set",
                          .path = "spec.parameters." + name,
                          .message = "has no value " + text + " of trial " +
                                     std::to_string(trial.number) + " any more (" + values +
                                     "); keep it in, or leave one value for all"});
    }
  }
  if (!problems.empty()) {
    throw SpecError(std::move(problems));
  }
  return run;
}

yaml::Node confirms_node(std::span<const FoundTrial> trials, const Overrides& set) {
  yaml::Node node = map_node();
  yaml::Node numbers = list_node();
  for (const FoundTrial& trial : trials) {
    numbers.items.push_back(number_node(trial.number));
  }
  node.entries.push_back({"trials", {}, std::move(numbers)});
  if (!set.empty()) {
    yaml::Node settings = list_node();
    for (const auto& [path, value] : set) {
      settings.items.push_back(text_node(path + "=" + value));
    }
    node.entries.push_back({"set", {}, std::move(settings)});
  }
  return node;
}

}  // namespace

Spec confirmation_of(const Spec& found, std::span<const FoundTrial> trials, std::uint32_t repeats,
                     std::uint64_t seed, const Overrides& set) {
  const AlgorithmInfo* const search = find_algorithm(found.algorithm.name);
  if (search != nullptr && search->goes_on) {
    throw SpecError(std::vector<SpecProblem>{
        {.file = found.file,
         .path = "spec.algorithm.algorithmName",
         .message = "a trial of " + found.algorithm.name +
                    " is a piece of a training, which is not the same from another checkpoint; "
                    "train once more with another --seed and --dir"}});
  }
  const std::string text = renamed(found.text, name_of(found));
  const Spec changed = parse_spec(text, found.file, {.set = set});
  yaml::Node runs = list_node();
  for (std::uint32_t repeat = 0; repeat < repeats; ++repeat) {
    for (const FoundTrial& trial : trials) {
      runs.items.push_back(fitted(trial, found, changed));
    }
  }
  const std::string count = std::to_string(runs.items.size());
  Overrides all = set;
  const auto put = [&all](std::string path, std::string value) {
    all.emplace_back(std::move(path), std::move(value));
  };
  put("algorithm",
      searches_architectures(changed) ? "{algorithmName: enas}" : "{algorithmName: random}");
  put("earlyStopping", "null");
  for (std::size_t i = 0; i < changed.objectives.size(); ++i) {
    put(changed.objectives.size() > 1 ? "objectives." + std::to_string(i) + ".goal"
                                      : "objective.goal",
        "null");
  }
  put("resumeFromCheckpoint", "false");
  put("maxTrialCount", count);
  put("maxFailedTrialCount", count);
  if (changed.parallel_given && changed.budget.parallel > runs.items.size()) {
    put("parallelTrialCount", count);
  }
  put("seed", std::to_string(seed));
  put("initialTrials", yaml::to_json(runs));
  put("confirms", yaml::to_json(confirms_node(trials, set)));
  return parse_spec(text, found.file, {.set = all});
}

void read_confirms(const Field& spec, Spec& out) {
  const Field field = spec["confirms"];
  if (!field.expect_map()) {
    return;
  }
  field.allow({"trials", "set"});
  Confirms confirms;
  for (const Field& item : field["trials"].items()) {
    const auto number = item.integer(1, std::numeric_limits<std::int32_t>::max());
    confirms.trials.push_back(static_cast<std::uint32_t>(number.value_or(1)));
  }
  for (const Field& item : field["set"].items()) {
    confirms.set.push_back(item.text().value_or(""));
  }
  if (confirms.trials.empty()) {
    field["trials"].missing("give the numbers of the trials that initialTrials runs again");
  }
  out.confirms = std::move(confirms);
}

}  // namespace diwan
