// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <vector>

#include "driver/results/load.hpp"
#include "driver/results/metrics.hpp"

namespace diwan {

class ExportFolder;

/// An export that cannot be; what() says why and how to mend it. What was at its place is there
/// still.
struct ExportRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class ExportFormat { csv, jsonl, mlflow, tensorboard };

/// The observations that make each trial's curves, by the trial's number.
using Curves = std::map<std::uint32_t, std::vector<Reading>>;

/// Writes all trials to `path`, a file (csv, jsonl) or a folder (of trials that have begun), which
/// is there whole or not at all. What is there already has to be such an export of the same
/// experiment, as it was left, and is replaced.
/// @return  how many trials it has
/// @throws ExportRefused, StoreError
std::size_t write_export(const Loaded& loaded, ExportFormat format,
                         const std::filesystem::path& path);

/// Fills the folder with a file store of MLflow: an experiment with a run for each trial.
std::size_t write_mlflow(const Loaded& loaded, const Curves& curves, ExportFolder& folder);
/// Fills the folder with a folder of event files for each trial, and a file on the whole search for
/// the HParams plugin.
std::size_t write_tensorboard(const Loaded& loaded, const Curves& curves, ExportFolder& folder);

}  // namespace diwan
