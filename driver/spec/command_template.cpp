// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/command_template.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "driver/spec/kubernetes_fields.hpp"
#include "driver/spec/placeholder.hpp"
#include "driver/spec/quantity.hpp"

namespace diwan {
namespace {

constexpr std::int64_t most_of_anything = 1'000'000;

/// A text that an argument or a variable can hold.
std::optional<std::string> read_argument(const Field& field) {
  std::optional<std::string> text = field.text();
  if (text && text->find('\0') != std::string::npos) {
    field.wrong("holds a NUL character, which no argument can; remove it");
    return {};
  }
  return text;
}

/// A text without placeholders; `name` says what it is.
std::optional<std::string> read_fixed(const Field& field, const std::string& name) {
  std::optional<std::string> text = read_argument(field);
  if (!text) {
    return {};
  }
  for (const Segment& segment : split_placeholders(*text)) {
    if (segment.kind != Segment::Kind::text) {
      field.wrong(name + " is fixed text, no trial value is put into it (" + yaml::quoted(*text) +
                  "); use the trial's variables, such as DIWAN_PARAM_…");
      return {};
    }
  }
  return text;
}

std::vector<Field> read_argv(const Field& list, TrialTemplate& out) {
  std::vector<Field> places;
  if (!list) {
    list.missing("give the program and its arguments as a list: [python3, train.py]");
  } else if (list.node().is_scalar()) {
    list.wrong("is " + yaml::describe(list.node()) +
               "; give a list, one item an argument: [python3, train.py]");
    return places;
  }
  for (const Field& item : list.items()) {
    if (!item) {
      item.wrong("is empty; give a text, or \"\" for an empty argument");
    }
    if (const std::optional<std::string> text = read_argument(item)) {
      out.command.push_back(*text);
      places.push_back(item);
    }
  }
  if (list.is_list() && list.node().items.empty()) {
    list.wrong("is empty; give the program and its arguments");
  } else if (!out.command.empty() && out.command.front().empty()) {
    places.front().wrong("is empty; name a program");
  }
  return places;
}

bool is_variable_name(const std::string& name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

void read_env(const Field& map, TrialTemplate& out) {
  if (map.is_list()) {
    map.wrong("is a list; give a map of names and values: {OMP_NUM_THREADS: \"4\"}");
    return;
  }
  for (const auto& [name, field] : map.entries()) {
    if (!is_variable_name(name)) {
      field.wrong("is no name of a variable (" + yaml::quoted(name) +
                  "); use letters, digits and _, a letter first");
    } else if (!field) {
      field.wrong("has no value; give one, or \"\" for an empty one");
    } else if (const std::optional<std::string> text = read_argument(field)) {
      out.env.emplace_back(name, *text);
    }
  }
}

std::uint32_t read_count(const Field& field, std::int64_t least, std::uint32_t otherwise) {
  const std::optional<std::int64_t> count = field.integer(least, most_of_anything);
  return count ? static_cast<std::uint32_t>(*count) : otherwise;
}

void read_resources(const Field& map, Resources& out) {
  if (!map.expect_map()) {
    return;
  }
  map.allow({"nodes", "tasks", "cpusPerTask", "gpusPerTask", "memory", "timeLimit"});
  out.nodes = read_count(map["nodes"], 1, 1);
  out.nodes_given = static_cast<bool>(map["nodes"]);
  out.tasks = read_count(map["tasks"], 1, 1);
  out.cpus_per_task = read_count(map["cpusPerTask"], 1, 1);
  out.cpus_given = static_cast<bool>(map["cpusPerTask"]);
  out.gpus_per_task = read_count(map["gpusPerTask"], 0, 0);
  out.memory_bytes = read_quantity(map["memory"], "16Gi");
  out.time_limit = read_duration(map["timeLimit"]);
}

void read_script(const Field& map, const std::filesystem::path& folder, SlurmOptions& out) {
  if (const auto script = read_fixed(map["script"], "a Slurm option")) {
    out.script = script->empty() ? "" : absolute_path(*script, folder);
    if (script->empty()) {
      map["script"].wrong("is empty; name a batch script, or leave it out");
    }
  }
  out.submit = map["submit"].boolean().value_or(true);
  if (!out.submit && !map["script"]) {
    map["submit"].wrong("is for a batch script of your own; name it with script");
  }
}

void read_slurm(const Field& map, const std::filesystem::path& folder, SlurmOptions& out) {
  if (!map.expect_map()) {
    return;
  }
  map.allow({"partition", "account", "qos", "constraint", "extra", "script", "submit"});
  out.partition = read_fixed(map["partition"], "a Slurm option").value_or("");
  out.account = read_fixed(map["account"], "a Slurm option").value_or("");
  out.qos = read_fixed(map["qos"], "a Slurm option").value_or("");
  out.constraint = read_fixed(map["constraint"], "a Slurm option").value_or("");
  for (const Field& item : map["extra"].items()) {
    if (const auto text = read_fixed(item, "a Slurm option")) {
      out.extra.push_back(*text);
    }
  }
  read_script(map, folder, out);
}

/// The program; a batch script is one too, where no other is given.
std::vector<Field> read_program(const Field& spec, TrialTemplate& out) {
  if (out.slurm.script.empty()) {
    return read_argv(spec["command"], out);
  }
  for (const char* other : {"setup", "container"}) {
    if (spec[other]) {
      spec[other].wrong("stands beside slurm.script; have the script do this");
    }
  }
  if (spec["command"]) {
    return read_argv(spec["command"], out);
  }
  const Field script = spec["slurm"]["script"];
  out.command = {"bash", out.slurm.script};
  return {script, script};
}

void read_setup(const Field& list, TrialTemplate& out) {
  if (list && list.node().is_scalar()) {
    list.wrong("is " + yaml::describe(list.node()) + "; give a list, one item a line of bash");
    return;
  }
  for (const Field& item : list.items()) {
    const std::optional<std::string> line = read_fixed(item, "setup");
    if (!line) {
      continue;
    }
    if (mistaken_placeholder(*line)) {
      item.wrong(*mistaken_placeholder(*line));
    }
    out.setup.push_back(*line);
  }
}

void read_image(const Field& map, const std::filesystem::path& folder, TrialTemplate& out) {
  if (!map.expect_map()) {
    return;
  }
  map.allow({"apptainer"});
  if (!map["apptainer"]) {
    map["apptainer"].missing("give the image: {apptainer: image.sif}");
    return;
  }
  const std::string image = read_fixed(map["apptainer"], "the image").value_or("");
  const bool is_address = image.find("://") != std::string::npos;
  out.apptainer_image = image.empty() || is_address ? image : absolute_path(image, folder);
  if (image.empty()) {
    map["apptainer"].wrong("is empty; give the image, or leave container out");
  }
}

}  // namespace

std::string absolute_path(const std::string& text, const std::filesystem::path& folder) {
  const std::filesystem::path path(text);
  std::string out = (path.is_absolute() ? path : folder / path).lexically_normal().string();
  while (out.size() > 1 && out.back() == '/') {
    out.pop_back();
  }
  return out;
}

std::optional<std::chrono::seconds> read_duration(const Field& field) {
  const std::optional<std::string> text = field.text();
  if (!text) {
    return {};
  }
  const std::optional<std::chrono::seconds> value = duration(*text);
  if (!value) {
    field.wrong("is no length of time (" + yaml::quoted(*text) +
                "); give seconds, or as 90s, 30m, 1h, 1-02:00:00");
  }
  return value;
}

std::optional<std::uint64_t> read_quantity(const Field& field, const std::string& example) {
  const std::optional<std::string> text = field.text();
  if (!text) {
    return {};
  }
  const std::optional<double> value = quantity(*text);
  if (!value || *value > 0x1p62) {
    field.wrong("is no quantity (" + yaml::quoted(*text) + "); write it as " + example);
    return {};
  }
  return static_cast<std::uint64_t>(std::ceil(*value));
}

std::vector<Field> read_command(const Field& trial_spec, const std::filesystem::path& folder,
                                TrialTemplate& out) {
  trial_spec.allow({"apiVersion", "kind", "metadata", "spec"});
  allow_metadata(trial_spec["metadata"]);
  const Field spec = trial_spec["spec"];
  if (!spec) {
    spec.missing("give the command");
  }
  if (!spec.expect_map()) {
    return {};
  }
  spec.allow({"command", "workingDirectory", "env", "setup", "container", "resources", "slurm",
              "retries"});
  read_slurm(spec["slurm"], folder, out.slurm);
  std::vector<Field> places = read_program(spec, out);
  read_env(spec["env"], out);
  const std::string directory = read_argument(spec["workingDirectory"]).value_or(".");
  out.working_directory = absolute_path(directory.empty() ? "." : directory, folder);
  read_setup(spec["setup"], out);
  read_image(spec["container"], folder, out);
  read_resources(spec["resources"], out.resources);
  out.retries = read_count(spec["retries"], 0, 0);
  return places;
}

}  // namespace diwan
