// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/template_check.hpp"

#include <algorithm>
#include <set>

#include "driver/spec/known_names.hpp"
#include "driver/spec/nas.hpp"
#include "driver/spec/placeholder.hpp"
#include "driver/spec/shell_words.hpp"

namespace diwan {
namespace {

using TrialParameter = TrialTemplate::TrialParameter;

const std::vector<std::string>& metadata_words() {
  static const std::vector<std::string> words = {"Name", "Namespace",      "Kind",     "APIVersion",
                                                 "Port", "Annotations[k]", "Labels[k]"};
  return words;
}

/// What is wrong with a metadata key, or nothing.
std::optional<std::string> check_metadata(const std::string& key, const TrialTemplate& read) {
  for (const auto& [word, map] : {std::pair("Labels", &read.template_labels),
                                  std::pair("Annotations", &read.template_annotations)}) {
    const std::optional<std::string> name = bracketed(key, word);
    if (name && map->contains(*name)) {
      return {};
    }
    if (name) {
      return "the template's metadata has no such entry (" + yaml::quoted(key) +
             "); add it to trialSpec.metadata";
    }
  }
  const std::vector<std::string>& words = metadata_words();
  if (std::find(words.begin(), words.end() - 2, key) != words.end() - 2) {
    return {};
  }
  return "unknown metadata (" + yaml::quoted(key) + "); " + known_names(key, words);
}

/// Calls `visit` with every text below a field, keys included.
template <class Visit>
void for_each_text(const Field& field, const Visit& visit) {
  if (field.is_map()) {
    for (const auto& [key, value] : field.entries()) {
      visit(value, key);
      for_each_text(value, visit);
    }
  } else if (field.is_list()) {
    for (const Field& item : field.items()) {
      for_each_text(item, visit);
    }
  } else if (field) {
    visit(field, field.node().text);
  }
}

const TrialParameter* find(const TrialTemplate& read, const std::string& name) {
  const auto found =
      std::find_if(read.trial_parameters.begin(), read.trial_parameters.end(),
                   [&](const TrialParameter& parameter) { return parameter.name == name; });
  return found == read.trial_parameters.end() ? nullptr : &*found;
}

std::vector<std::string> names_of(const TrialTemplate& read) {
  std::vector<std::string> out;
  for (const TrialParameter& parameter : read.trial_parameters) {
    out.push_back(parameter.name);
  }
  return out;
}

/// What a trial parameter can refer to beside metadata: a NAS algorithm's assignments and the
/// parameters of the search space.
std::vector<std::string> references(const SpaceReading& space, const Spec& spec) {
  std::vector<std::string> out = nas_assignments(spec.algorithm.name);
  for (const Parameter& parameter : space.space.parameters()) {
    out.push_back(parameter.name);
  }
  return out;
}

/// The text of a scalar; empty for anything else.
std::string text_of(const Field& field) {
  return field && field.node().is_scalar() ? field.node().text : "";
}

/// Placeholders of the template that name nothing. Returns the names that are used.
std::set<std::string> check_texts(const Field& trial_spec, bool names_known,
                                  const TrialTemplate& read) {
  std::set<std::string> used;
  for_each_text(trial_spec, [&](const Field& field, const std::string& text) {
    for (const Segment& segment : split_placeholders(text)) {
      if (segment.kind == Segment::Kind::metadata) {
        if (const std::optional<std::string> wrong = check_metadata(segment.text, read)) {
          field.wrong(*wrong);
        }
      } else if (segment.kind == Segment::Kind::parameter) {
        used.insert(segment.text);
        if (names_known && find(read, segment.text) == nullptr) {
          field.wrong("placeholder without parameter (" +
                      yaml::quoted("${trialParameters." + segment.text + "}") + "); " +
                      known_names(segment.text, names_of(read)));
        }
      } else if (const std::optional<std::string> wrong = mistaken_placeholder(segment.text)) {
        field.wrong(*wrong);
      }
    }
  });
  return used;
}

/// References must name parameters or metadata, and every parameter must be referred to.
void check_references(const Field& field, const std::set<std::string>& used,
                      const SpaceReading& space, const Spec& spec, const TrialTemplate& read) {
  const std::vector<std::string> known = references(space, spec);
  std::set<std::string> names;
  std::set<std::string> referred;
  bool all_known = true;
  for (const Field& item : field["trialParameters"].items()) {
    const Field name = item["name"];
    const Field reference = item["reference"];
    const std::string named = text_of(name);
    const std::string referred_to = text_of(reference);
    const bool is_first = find(read, named) != nullptr && names.insert(named).second;
    if (is_first && field["trialSpec"] && !used.contains(named)) {
      name.wrong("the template has no placeholder for it (" +
                 yaml::quoted("${trialParameters." + named + "}") +
                 "); use it, or remove the trial parameter");
    }
    if (referred_to.empty()) {
      all_known = false;
      continue;
    }
    const std::optional<std::string> key = metadata_key(referred_to);
    referred.insert(referred_to);
    if (key) {
      if (const std::optional<std::string> wrong = check_metadata(*key, read)) {
        reference.wrong(*wrong);
      }
    } else if (space.names_known && !known.empty() &&
               std::find(known.begin(), known.end(), referred_to) == known.end()) {
      reference.wrong("names no parameter of the search space (" + yaml::quoted(referred_to) +
                      "); " + known_names(referred_to, known));
      all_known = false;  // perhaps meant for one that nothing refers to
    }
  }
  for (std::size_t i = 0; i < space.fields.size(); ++i) {
    const std::string& name = space.space.parameters()[i].name;
    if (all_known && !referred.contains(name)) {
      space.fields[i]["name"].wrong("no trial parameter refers to it (" + yaml::quoted(name) +
                                    "), so that no trial would see its value; add one to "
                                    "trialTemplate.trialParameters");
    }
  }
}

/// A text that the domain can give and a shell would take apart, if there is one.
std::optional<std::string> unsafe_value(const Domain& domain) {
  const std::vector<std::string>* texts = nullptr;
  if (const auto* categorical = std::get_if<Categorical>(&domain)) {
    texts = &categorical->choices;
  } else if (const auto* discrete = std::get_if<Discrete>(&domain)) {
    texts = &discrete->texts;
  }
  if (texts == nullptr) {
    return {};
  }
  const auto unsafe = std::find_if_not(texts->begin(), texts->end(), is_shell_safe);
  return unsafe == texts->end() ? std::nullopt : std::optional(*unsafe);
}

/// The text of the metadata that the file itself fixes; Name and Port are safe by their making.
std::string fixed_metadata(const std::string& key, const Spec& spec, const TrialTemplate& read) {
  if (const auto name = bracketed(key, "Labels"); name && read.template_labels.contains(*name)) {
    return read.template_labels.at(*name);
  }
  if (const auto name = bracketed(key, "Annotations");
      name && read.template_annotations.contains(*name)) {
    return read.template_annotations.at(*name);
  }
  return key == "Namespace"    ? spec.name_space
         : key == "Kind"       ? read.kind
         : key == "APIVersion" ? read.api_version
                               : "";
}

void check_shell_segment(const Field& place, const Segment& segment, const SpaceReading& space,
                         const Spec& spec, const TrialTemplate& read) {
  const bool is_metadata = segment.kind == Segment::Kind::metadata;
  const TrialParameter* parameter = is_metadata ? nullptr : find(read, segment.text);
  if (!is_metadata && parameter == nullptr) {
    return;
  }
  const std::optional<std::string> key =
      is_metadata ? std::optional(segment.text) : metadata_key(parameter->reference);
  const std::vector<std::string> of_nas = nas_assignments(spec.algorithm.name);
  std::optional<std::string> unsafe;
  if (parameter != nullptr &&
      std::find(of_nas.begin(), of_nas.end(), parameter->reference) != of_nas.end()) {
    place.wrong("a shell would take the lists and quotes of " + yaml::quoted(segment.text) +
                " apart; let the script read " + parameter_variable(parameter->reference) +
                ", or give the program its arguments without a shell");
  } else if (key) {
    const std::string text = fixed_metadata(*key, spec, read);
    unsafe = is_shell_safe(text) ? std::nullopt : std::optional(text);
  } else if (const auto index = space.space.index_of(parameter->reference)) {
    unsafe = unsafe_value(space.space.parameters()[*index].domain);
    if (space.fields[*index]["when"]) {
      place.wrong("the command of a shell would be left out whenever the parameter is inactive (" +
                  yaml::quoted(segment.text) + "); let the script read " +
                  parameter_variable(parameter->reference));
    }
  }
  if (unsafe) {
    place.wrong("a shell would take this value of " + yaml::quoted(segment.text) + " apart (" +
                yaml::quoted(*unsafe) +
                "); use only A-Z a-z 0-9 _ . , : / @ % + = -, or give the program its arguments "
                "without a shell");
  }
}

void check_shell(const std::vector<Field>& places, const SpaceReading& space, const Spec& spec,
                 const TrialTemplate& read) {
  if (places.size() != read.command.size()) {
    return;
  }
  for (const std::size_t word : shell_words(read.command)) {
    std::set<std::string> checked;
    for (const Segment& segment : split_placeholders(read.command[word])) {
      if (segment.kind != Segment::Kind::text && checked.insert(segment.text).second) {
        check_shell_segment(places[word], segment, space, spec, read);
      }
    }
  }
}

/// Reads one trial parameter, without its reference where that is wrong; nothing if it has no
/// usable name.
std::optional<TrialParameter> read_trial_parameter(const Field& item) {
  if (!item.expect_map()) {
    return {};
  }
  item.allow({"name", "description", "reference"});
  TrialParameter out;
  out.name = item["name"].required_text("name the placeholder");
  out.reference = item["reference"].required_text("name the parameter, or give ${trialSpec.…}");
  out.description = item["description"].text().value_or("");
  if (out.name.empty()) {
    return {};
  }
  if (out.name.find_first_of("{}") != std::string::npos) {
    item["name"].wrong("holds { or } (" + yaml::quoted(out.name) + "); use other characters");
    return {};
  }
  return out;
}

}  // namespace

bool read_trial_parameters(const Field& list, bool is_command, const SpaceReading& space,
                           const Spec& spec, TrialTemplate& out) {
  const std::vector<Field> items = list.items();
  if (list && !list.is_list()) {
    return false;
  }
  if (items.empty()) {
    if (!is_command) {
      list.missing("name the template's placeholders and the parameters they stand for");
      return false;
    }
    for (const std::string& name : references(space, spec)) {
      out.trial_parameters.push_back({name, "", name});
    }
    return space.names_known;
  }
  bool names_known = true;
  std::set<std::string> names;
  std::set<std::string> references;
  for (const Field& item : items) {
    std::optional<TrialParameter> parameter = read_trial_parameter(item);
    if (!parameter) {
      names_known = false;
      continue;
    }
    if (!names.insert(parameter->name).second) {
      item["name"].wrong("is the name of an earlier trial parameter too (" +
                         yaml::quoted(parameter->name) + "); rename one");
      names_known = false;
      continue;
    }
    if (!parameter->reference.empty() && !references.insert(parameter->reference).second) {
      item["reference"].wrong("is the reference of an earlier trial parameter too (" +
                              yaml::quoted(parameter->reference) + "); use that one's placeholder");
    }
    out.trial_parameters.push_back(std::move(*parameter));
  }
  return names_known;
}

void check_placeholders(const Field& field, const std::vector<Field>& places,
                        const SpaceReading& space, bool names_known, const Spec& spec,
                        const TrialTemplate& read) {
  const std::set<std::string> used = check_texts(field["trialSpec"], names_known, read);
  const Field list = field["trialParameters"];
  if (list.is_list() && !list.node().items.empty()) {
    check_references(field, used, space, spec, read);
  }
  check_shell(places, space, spec, read);
}

}  // namespace diwan
