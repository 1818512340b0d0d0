// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/overrides.hpp"

#include <algorithm>
#include <array>

#include "algorithms/space/spelling.hpp"
#include "driver/spec/quantity.hpp"
#include "driver/spec/yaml_document.hpp"

namespace diwan {
namespace {

using Kind = yaml::Node::Kind;

/// What is wrong with an override.
struct BadOverride {
  std::string path;
  std::string message;
};

std::vector<std::string> names_in(const std::string& path) {
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '\\' && i + 1 < path.size()) {
      ++i;
      out.back() += path[i];
    } else if (path[i] == '.') {
      out.emplace_back();
    } else {
      out.back() += path[i];
    }
  }
  return out;
}

/// Lists of the format whose items have names.
bool holds_named_items(const std::string& field) {
  constexpr std::array<std::string_view, 6> fields = {"parameters",      "algorithmSettings",
                                                      "trialParameters", "metricStrategies",
                                                      "containers",      "operations"};
  return std::find(fields.begin(), fields.end(), field) != fields.end();
}

void mark_all(yaml::Node& node, const yaml::Mark& mark) {
  node.mark = mark;
  for (yaml::Node& item : node.items) {
    mark_all(item, mark);
  }
  for (yaml::Node::Entry& entry : node.entries) {
    entry.mark = mark;
    mark_all(entry.value, mark);
  }
}

/// Levels of lists and maps, a scalar being one.
std::size_t height(const yaml::Node& node) {
  std::size_t below = 0;
  for (const yaml::Node& item : node.items) {
    below = std::max(below, height(item));
  }
  for (const yaml::Node::Entry& entry : node.entries) {
    below = std::max(below, height(entry.value));
  }
  return below + 1;
}

/// Walks from `spec` to one place, making what is missing.
class Walk {
 public:
  Walk(yaml::Node& spec, yaml::Mark mark) : at_(&spec), mark_(mark) {}

  void step(const std::string& name) {
    if (at_->kind == Kind::null) {
      make(name);
    }
    if (at_->kind == Kind::map) {
      step_into_map(name);
    } else if (at_->kind == Kind::list) {
      step_into_list(name);
    } else {
      throw BadOverride{path_, "is " + yaml::describe(*at_) + " and has nothing below it (" +
                                   yaml::quoted(name) + "); end the path here"};
    }
    field_ = name;
  }

  yaml::Node& place() const { return *at_; }
  /// What the name of an item that was made may have been meant to be; empty: nothing.
  const std::string& advice() const { return advice_; }

 private:
  /// Turns nothing into a list or a map, by what the step needs.
  void make(const std::string& name) {
    const bool is_index = whole_number(name).has_value();
    at_->kind = is_index || holds_named_items(field_) ? Kind::list : Kind::map;
    at_->text.clear();
    at_->mark = mark_;
  }

  void step_into_map(const std::string& name) {
    path_ += "." + name;
    yaml::Node* below = at_->find(name);
    if (below == nullptr) {
      yaml::Node made;
      made.mark = mark_;
      at_->entries.push_back({name, mark_, std::move(made)});
      below = &at_->entries.back().value;
    }
    at_ = below;
  }

  void step_into_list(const std::string& name) {
    if (const std::optional<std::int64_t> index = whole_number(name)) {
      const auto size = static_cast<std::int64_t>(at_->items.size());
      if (*index < 0 || *index > size) {
        throw BadOverride{path_, "has no item " + name + ", only " + std::to_string(size) +
                                     " items counted from 0; give one of those, or " +
                                     std::to_string(size) + " for a new one"};
      }
      path_ += "[" + name + "]";
      if (*index == size) {
        append({});
      }
      at_ = &at_->items[static_cast<std::size_t>(*index)];
      return;
    }
    std::vector<std::string> names;
    for (std::size_t i = 0; i < at_->items.size(); ++i) {
      const yaml::Node* given = at_->items[i].find("name");
      if (given != nullptr && given->text == name) {
        path_ += "[" + std::to_string(i) + "]";
        at_ = &at_->items[i];
        return;
      }
      names.push_back(given != nullptr ? given->text : "");
    }
    const bool all_named = std::find(names.begin(), names.end(), "") == names.end();
    if (!all_named || (names.empty() && !holds_named_items(field_))) {
      throw BadOverride{path_, "is a list without names (" + yaml::quoted(name) +
                                   "); give the item's index, counted from 0"};
    }
    if (const std::optional<std::string> near = nearest_name(name, names)) {
      advice_ = "no item of " + path_ + " is named " + yaml::quoted(name) + ", did you mean " +
                *near + "?";
    }
    path_ += "[" + std::to_string(names.size()) + "]";
    yaml::Node value;
    value.kind = Kind::text;
    value.text = name;
    value.plain = false;
    value.mark = mark_;
    yaml::Node item;
    item.kind = Kind::map;
    item.entries.push_back({"name", mark_, std::move(value)});
    append(std::move(item));
    at_ = &at_->items.back();
  }

  void append(yaml::Node item) {
    item.mark = mark_;
    at_->items.push_back(std::move(item));
  }

  yaml::Node* at_;
  yaml::Mark mark_;
  std::string path_ = "spec";
  std::string field_ = "spec";
  std::string advice_;
};

yaml::Node read_value(const std::string& text, const yaml::Mark& mark) {
  yaml::Documents documents = yaml::read_documents(text);
  if (!documents.flaws.empty()) {
    throw BadOverride{"", "the value is no YAML (" + yaml::quoted(text) +
                              "): " + documents.flaws.front().message};
  }
  if (documents.nodes.size() > 1) {
    throw BadOverride{"",
                      "the value is several YAML documents (" + yaml::quoted(text) + "); give one"};
  }
  yaml::Node value = documents.nodes.empty() ? yaml::Node{} : std::move(documents.nodes.front());
  mark_all(value, mark);
  return value;
}

/// @return what a name in the path may have been meant to be; empty: nothing.
std::string apply_override(const std::string& path, const std::string& text, const yaml::Mark& mark,
                           yaml::Node& spec) {
  const std::vector<std::string> names = names_in(path);
  if (std::find(names.begin(), names.end(), "") != names.end()) {
    throw BadOverride{"", "the path has an empty name (" + yaml::quoted(path) +
                              "); write it as parameters.lr.feasibleSpace.max"};
  }
  if (names.size() > 1 && names.front() == "spec" && spec.find("spec") == nullptr) {
    throw BadOverride{"", "the path begins below spec (" + yaml::quoted(path) + "); give " +
                              path.substr(names.front().size() + 1)};
  }
  yaml::Node value = read_value(text, mark);
  if (1 + names.size() + height(value) > yaml::deepest_level) {
    throw BadOverride{"", "the path ends more than " + std::to_string(yaml::deepest_level) +
                              " levels deep (" + yaml::quoted(path) + "); write the file flatter"};
  }
  Walk walk(spec, mark);
  for (const std::string& name : names) {
    walk.step(name);
  }
  walk.place() = std::move(value);
  return walk.advice();
}

}  // namespace

void apply_overrides(const std::vector<std::pair<std::string, std::string>>& overrides,
                     yaml::Node& experiment, Findings& findings) {
  if (experiment.kind != Kind::map) {
    return;  // reported when the experiment is read
  }
  for (std::size_t i = 0; i < overrides.size(); ++i) {
    const yaml::Mark mark{0, 0, i};
    if (experiment.find("spec") == nullptr) {
      experiment.entries.push_back({"spec", mark, {}});
      experiment.entries.back().value.mark = mark;
    }
    // An override that fails half way must leave nothing behind.
    yaml::Node spec = *experiment.find("spec");
    try {
      const std::string advice =
          apply_override(overrides[i].first, overrides[i].second, mark, spec);
      if (!advice.empty()) {
        findings.made_items[i] = advice;
      }
      *experiment.find("spec") = std::move(spec);
    } catch (const BadOverride& bad) {
      findings.problems.push_back({mark, bad.path, bad.message});
    }
  }
}

}  // namespace diwan
