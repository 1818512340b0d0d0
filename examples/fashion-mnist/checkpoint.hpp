// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <optional>

#include "training.hpp"

namespace fashion {

/// What the numbers of a checkpoint fit: with another network or other pictures they mean nothing.
/// The rest may differ, so that a trial can go on from another one's weights.
struct Fit {
  int hidden_units = 0;
  int train_images = 0;
  bool operator==(const Fit&) const = default;
};

/// Writes the progress beside the file and renames it there, so that a reader, or the next attempt
/// after any end of this one, finds the old one or the new one whole.
/// @throws std::runtime_error naming the file.
void save_checkpoint(const std::filesystem::path& file, const Fit& fit, const Progress& progress);

/// The progress that was saved there; nothing where there is no file.
/// @throws std::runtime_error for a file that is damaged or fits another training.
std::optional<Progress> load_checkpoint(const std::filesystem::path& file, const Fit& fit);

}  // namespace fashion
