// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "driver/spec/field.hpp"
#include "driver/spec/trial_template.hpp"

namespace diwan {

/// Reads a Kubernetes container's program: command and args with `$(VARIABLE)` written out,
/// environment, working directory, image and resources.
/// @return the place of each element of `out.command`.
std::vector<Field> read_container(const Field& container, const std::filesystem::path& folder,
                                  TrialTemplate& out);

/// Reads limits, where there are none requests, of a container with `tasks` ranks: CPUs and GPUs
/// for each, memory for all.
void read_container_resources(const Field& resources, std::uint32_t tasks, TrialTemplate& out);

/// A text with `$(NAME)` replaced by the variable's value and `$$` by `$`, as Kubernetes does;
/// unknown names stay.
std::string expand_variables(const std::string& text,
                             const std::vector<std::pair<std::string, std::string>>& env);

}  // namespace diwan
