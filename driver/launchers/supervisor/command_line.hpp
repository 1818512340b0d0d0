// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "driver/launchers/launcher.hpp"
#include "driver/launchers/supervisor/environment.hpp"

namespace diwan {

/// A command that cannot be run as the specification gives it; the text says how to mend it.
class CommandError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What is executed for a run: the command, inside Apptainer where the settings name an image,
/// after the setup lines where there are some.
///
/// The setup is one bash script whose text is the lines as they are; the command comes to it as
/// arguments, so that no trial value is ever read by the shell. Its first line records where it was
/// when it failed, in the file `setup_record` of the attempt's directory. `${trialSpec.Port}` in an
/// argument or variable becomes the run's port.
/// @throws CommandError if the image's runtime is not installed.
std::vector<std::string> command_line(const RunSettings& settings, const Launch& launch,
                                      const RunPlace& place,
                                      const std::vector<std::string>& environment);

/// The program that `name` means: itself where it holds a slash, else the first in the
/// environment's PATH that may be executed.
/// @throws CommandError if there is none.
std::string find_program(const std::string& name, const std::vector<std::string>& environment,
                         const std::string& working_directory);

/// What runs a container image: apptainer, else singularity, in the environment's PATH.
std::optional<std::string> container_runtime(const std::vector<std::string>& environment,
                                             const std::string& working_directory);

/// The file, below the attempt's directory, into which a failing setup writes its line.
std::filesystem::path setup_record(const RunPaths& paths);

/// Which setup line a run failed in, for people; empty if it did not fail there.
std::string setup_failure(const RunSettings& settings, const RunPaths& paths);

/// `text` with every `${trialSpec.Port}` replaced.
std::string with_port(std::string text, int port);

}  // namespace diwan
