// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/command_line.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <system_error>

#include <unistd.h>

namespace diwan {

namespace {

// DEBUG notes the line of every command at the top level before it runs: `next`, and the one before
// as `at`. EXIT's own first command is noted too, as line 1, unless the script ended inside a
// function. $0 is the file for the record. The command waits in an array while the lines run: a
// file that they source without arguments (conda's activate, a vendor's setvars) reads, and may
// shift, the positional parameters of the script.
constexpr const char* setup_head =
    "diwan_command=(\"$@\"); set --; "
    "trap 'printf \"%s %s\" \"${diwan_setup_at-}\" \"${diwan_setup_next-}\" >\"$0\"' EXIT; "
    "trap 'diwan_setup_at=${diwan_setup_next-1} diwan_setup_next=$LINENO' DEBUG; set -e\n";
constexpr const char* setup_end = "set -- \"${diwan_command[@]}\"; exec \"$@\"\n";

// Copied under another name, so that a kill leaves no half of a checkpoint; a directory that is not
// empty has one of its own already. $1 is the parent's, $2 the trial's, the rest the command.
constexpr const char* continue_script =
    "if [ -d \"$1\" ] && rmdir \"$2\" 2>/dev/null; then\n"
    "  rm -rf \"$2.part\"\n"
    "  cp -a \"$1\" \"$2.part\" && mv \"$2.part\" \"$2\" || {\n"
    "    echo \"diwan: the checkpoint $1 cannot be copied\" >&2\n"
    "    exit 1\n"
    "  }\n"
    "fi\n"
    "shift 2\n"
    "exec \"$@\"\n";

std::string setup_script(const std::vector<std::string>& lines) {
  std::string script = setup_head;
  for (const std::string& line : lines) {
    script += line + "\n";
  }
  return script + setup_end;
}

bool is_program(const std::string& path) {
  std::error_code error;
  return access(path.c_str(), X_OK) == 0 && !std::filesystem::is_directory(path, error);
}

std::optional<std::string> search_path(std::string_view name, std::string_view path,
                                       const std::string& working_directory) {
  while (true) {
    const std::size_t colon = std::min(path.find(':'), path.size());
    std::filesystem::path place = working_directory;
    place /= path.substr(0, colon);
    place /= name;
    if (is_program(place.native())) {
      return place.native();
    }
    if (colon == path.size()) {
      return std::nullopt;
    }
    path.remove_prefix(colon + 1);
  }
}

std::string_view path_of(const std::vector<std::string>& environment) {
  return variable_in(environment, "PATH").value_or("/usr/local/bin:/usr/bin:/bin");
}

std::vector<std::string> container_prefix(const RunSettings& settings, const Launch& launch,
                                          const RunPlace& place,
                                          const std::vector<std::string>& environment) {
  std::optional<std::string> runtime = container_runtime(environment, launch.working_directory);
  if (!runtime && !settings.setup.empty()) {
    runtime = "apptainer";  // which setup may bring: `module load apptainer`
  }
  if (!runtime) {
    throw CommandError{"the trial's container " + settings.apptainer_image +
                       " needs apptainer or singularity, and neither is in PATH (" +
                       std::string{path_of(environment)} +
                       "); load its module before diwan or in setup, or leave the container out"};
  }
  std::vector<std::string> prefix = {*runtime, "exec"};
  const auto& variables = place.share.gpu_variables;
  const bool amd = std::ranges::any_of(
      variables, [](const auto& variable) { return variable.first == "ROCR_VISIBLE_DEVICES"; });
  const bool nvidia = std::ranges::any_of(
      variables, [](const auto& variable) { return variable.first == "CUDA_VISIBLE_DEVICES"; });
  if (amd) {
    prefix.emplace_back("--rocm");
  } else if (nvidia) {
    prefix.emplace_back("--nv");
  }
  prefix.insert(prefix.end(), {"--bind", settings.directory.native()});
  if (!launch.working_directory.empty()) {
    prefix.insert(prefix.end(),
                  {"--bind", launch.working_directory, "--pwd", launch.working_directory});
  }
  prefix.push_back(settings.apptainer_image);
  return prefix;
}

}  // namespace

std::optional<std::string> container_runtime(const std::vector<std::string>& environment,
                                             const std::string& working_directory) {
  const std::string_view path = path_of(environment);
  auto runtime = search_path("apptainer", path, working_directory);
  return runtime ? runtime : search_path("singularity", path, working_directory);
}

std::vector<std::string> command_line(const RunSettings& settings, const Launch& launch,
                                      const RunPlace& place,
                                      const std::vector<std::string>& environment) {
  if (launch.argv.empty() || launch.argv.front().empty()) {
    throw CommandError{"the trial's command is empty; name a program in trialSpec"};
  }
  std::vector<std::string> command;
  if (!launch.continues.empty()) {
    command = {"sh",
               "-c",
               continue_script,
               "sh",
               launch.continues.native(),
               place.paths.checkpoint.native()};
  }
  command.insert(command.end(), launch.step.begin(), launch.step.end());
  if (!settings.setup.empty()) {
    const std::string record = setup_record(place.paths).native();
    command.insert(command.end(), {"bash", "-c", setup_script(settings.setup), record});
  }
  if (!settings.apptainer_image.empty()) {
    const auto prefix = container_prefix(settings, launch, place, environment);
    command.insert(command.end(), prefix.begin(), prefix.end());
  }
  for (const std::string& argument : launch.argv) {
    command.push_back(with_port(argument, place.port.value_or(0)));
  }
  return command;
}

std::string find_program(const std::string& name, const std::vector<std::string>& environment,
                         const std::string& working_directory) {
  if (name.find('/') != std::string::npos) {
    return name;
  }
  const std::string_view path = path_of(environment);
  if (std::optional<std::string> program = search_path(name, path, working_directory)) {
    return *std::move(program);
  }
  throw CommandError{"command \"" + name + "\" is not in PATH (" + std::string{path} +
                     "); give its full path, or load its module or environment in setup"};
}

std::filesystem::path setup_record(const RunPaths& paths) { return paths.attempt / "setup"; }

std::string setup_failure(const RunSettings& settings, const RunPaths& paths) {
  if (settings.setup.empty()) {
    return {};
  }
  std::size_t before = 0;
  std::size_t script_line = 0;
  std::ifstream{setup_record(paths)} >> before >> script_line;
  if (script_line == 1) {
    script_line = before;
  }
  std::size_t end = 1;
  for (std::size_t i = 0; i < settings.setup.size(); ++i) {
    const std::string& line = settings.setup.at(i);
    end += 1 + static_cast<std::size_t>(std::ranges::count(line, '\n'));
    if (script_line > 1 && script_line <= end) {
      return "setup line " + std::to_string(i + 1) + " failed: " + line;
    }
  }
  if (script_line > end) {
    return "the command could not be executed after setup; see stderr.log, and give its full path "
           "or put it in PATH in setup";
  }
  return {};
}

std::string with_port(std::string text, int port) {
  constexpr std::string_view placeholder = "${trialSpec.Port}";
  for (std::size_t at = 0; (at = text.find(placeholder, at)) != std::string::npos;) {
    const std::string number = std::to_string(port);
    text.replace(at, placeholder.size(), number);
    at += number.size();
  }
  return text;
}

}  // namespace diwan
