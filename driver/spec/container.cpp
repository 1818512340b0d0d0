// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/container.hpp"

#include <algorithm>

#include "driver/spec/command_template.hpp"
#include "driver/spec/placeholder.hpp"
#include "driver/spec/shell_words.hpp"

namespace diwan {
namespace {

bool has_placeholder(const Field& field) {
  if (!field || !field.node().is_scalar()) {
    return false;
  }
  const std::vector<Segment> segments = split_placeholders(field.node().text);
  return std::any_of(segments.begin(), segments.end(),
                     [](const Segment& segment) { return segment.kind != Segment::Kind::text; });
}

std::optional<std::string> read_text(const Field& field) {
  std::optional<std::string> text = field.strict_text();
  if (text && text->find('\0') != std::string::npos) {
    field.wrong("holds a NUL character, which no argument can; remove it");
    return {};
  }
  return text;
}

void set_variable(TrialTemplate& out, const std::string& name, const std::string& value) {
  const auto known = std::find_if(out.env.begin(), out.env.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  if (known != out.env.end()) {
    known->second = value;  // the last one counts, as in Kubernetes
  } else {
    out.env.emplace_back(name, value);
  }
}

void read_env(const Field& container, TrialTemplate& out) {
  std::string unset;
  for (const Field& item : container["env"].items()) {
    if (!item.expect_map()) {
      continue;
    }
    item.allow({"name", "value", "valueFrom"});
    const std::string name = item["name"].required_text("name the variable");
    if (name.find_first_of(std::string("=\0", 2)) != std::string::npos) {
      item["name"].wrong("is no name of a variable (" + yaml::quoted(name) +
                         "); use letters, digits and _");
    } else if (item["valueFrom"]) {
      unset += (unset.empty() ? "" : ", ") + name;
    } else if (!name.empty()) {
      const std::string value = read_text(item["value"]).value_or("");
      set_variable(out, name, expand_variables(value, out.env));
    }
  }
  if (!unset.empty()) {
    container.note(
        "off Kubernetes these variables, which take their values from the cluster, are "
        "unset: " +
        unset);
  }
  if (container["envFrom"].is_list() && !container["envFrom"].node().items.empty()) {
    container.note("off Kubernetes envFrom has no effect");
  }
}

void read_words(const Field& list, TrialTemplate& out, std::vector<Field>& places) {
  for (const Field& item : list.items()) {
    if (!item) {
      item.wrong("is empty; give a text, or \"\" for an empty argument");
    }
    if (const std::optional<std::string> text = read_text(item)) {
      out.command.push_back(expand_variables(*text, out.env));
      places.push_back(item);
    }
  }
}

/// The word `--x="${trialParameters.y}"` without its quotes.
std::string without_quotes(const std::string& word) {
  const std::size_t first = word.find('"');
  const bool closed = first != std::string::npos && word.size() > first + 1 &&
                      word.find('"', first + 1) == word.size() - 1;
  if (!closed) {
    return word;
  }
  const std::string inner = word.substr(first + 1, word.size() - first - 2);
  const std::vector<Segment> segments = split_placeholders(inner);
  const bool one = segments.size() == 1 && segments.front().kind != Segment::Kind::text;
  return one ? word.substr(0, first) + inner : word;
}

/// Katib joins the words for a shell, which removes such quotes; templates are written for that.
void remove_quotes(std::vector<std::string>& command) {
  const std::vector<std::size_t> in_shell = shell_words(command);
  for (std::size_t i = 0; i < command.size(); ++i) {
    if (std::find(in_shell.begin(), in_shell.end(), i) == in_shell.end()) {
      command[i] = without_quotes(command[i]);
    }
  }
}

bool is_gpu(const std::string& resource) {
  return resource.ends_with("/gpu") || resource.starts_with("nvidia.com/mig-") ||
         resource.starts_with("gpu.intel.com/");
}

std::uint32_t share(std::uint64_t amount, std::uint32_t tasks) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>((amount + tasks - 1) / tasks, 1'000'000));
}

}  // namespace

std::string expand_variables(const std::string& text,
                             const std::vector<std::pair<std::string, std::string>>& env) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool pair = text[at] == '$' && at + 1 < text.size();
    if (pair && text[at + 1] == '$') {
      out += '$';
      ++at;
      continue;
    }
    const std::size_t end = pair && text[at + 1] == '(' ? text.find(')', at) : std::string::npos;
    if (end == std::string::npos) {
      out += text[at];
      continue;
    }
    const std::string name = text.substr(at + 2, end - at - 2);
    const auto known = std::find_if(env.begin(), env.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    out += known != env.end() ? known->second : text.substr(at, end - at + 1);
    at = end;
  }
  return out;
}

std::vector<Field> read_container(const Field& container, const std::filesystem::path& folder,
                                  TrialTemplate& out) {
  std::vector<Field> places;
  read_env(container, out);
  read_words(container["command"], out, places);
  if (out.command.empty()) {
    out.kubernetes_only = "its container names no command, so that the image's own program runs";
  }
  read_words(container["args"], out, places);
  remove_quotes(out.command);
  const std::string directory = read_text(container["workingDir"]).value_or("");
  if (!directory.empty()) {
    out.working_directory = absolute_path(expand_variables(directory, out.env), folder);
  }
  out.image = container["image"].text().value_or("");
  if (!out.image.empty()) {
    container.note("off Kubernetes the image is not used (" + out.image +
                   "), unless by --container apptainer");
  }
  read_container_resources(container["resources"], 1, out);
  return places;
}

void read_container_resources(const Field& resources, std::uint32_t tasks, TrialTemplate& out) {
  if (!resources.is_map()) {
    return;
  }
  std::uint64_t gpus = 0;
  bool gpus_given = false;
  for (const char* which : {"requests", "limits"}) {  // a limit counts more than a request
    std::uint64_t counted = 0;
    bool counts = false;
    for (const auto& [name, field] : resources[which].entries()) {
      if (has_placeholder(field)) {
        out.kubernetes_only = "its resources hold a trial parameter";
        continue;
      }
      const std::optional<std::uint64_t> amount = read_quantity(field, "2, 500m or 16Gi");
      if (!amount) {
        continue;
      }
      if (name == "cpu") {
        out.resources.cpus_per_task = std::max(1U, share(*amount, tasks));
        out.resources.cpus_given = true;
      } else if (name == "memory") {
        out.resources.memory_bytes = *amount;
      } else if (is_gpu(name)) {
        counted += *amount;
        counts = true;
      }
    }
    gpus = counts ? counted : gpus;
    gpus_given = gpus_given || counts;
  }
  if (gpus_given) {
    out.resources.gpus_per_task = share(gpus, tasks);
  }
}

}  // namespace diwan
