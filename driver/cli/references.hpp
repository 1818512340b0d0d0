// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "driver/results/load.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

struct Call;

/// The values of --set PATH=VALUE, in order. @throws UsageError for one without '='.
std::vector<std::pair<std::string, std::string>> settings_of(const Call& call);

/// Reads an experiment file. @throws SpecError with what is wrong in it, UsageError if it cannot be
///   read.
Spec read_experiment(const std::string& file, const SpecOptions& options = {});

/// The experiment directory that DIR names: itself, the only NAME.diwan/ with an experiment in it,
/// or NAME.diwan/ here of an EXPERIMENT file.
/// @throws UsageError if there is none, or there are several.
std::filesystem::path experiment_directory(const std::string& dir);

/// The trial that TRIAL names: a number, a name, its unique suffix, `best` or `last`.
/// @throws UsageError if there is none, or more than one.
const Trial& find_trial(const Loaded& loaded, const std::string& trial);

}  // namespace diwan
