// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include <Eigen/Core>

namespace fashion {

constexpr int pixel_count = 28 * 28;
constexpr int class_count = 10;

/// Pictures, one per column, as standardised brightness; and what each shows, 0 to 9.
struct Images {
  Eigen::MatrixXf pixels;  ///< pixel_count × n
  std::vector<std::uint8_t> labels;
};

/// Which pictures of a file.
struct Range {
  int first = 0;
  int count = 0;
};

/// Pictures of the training files of Fashion-MNIST (idx format, gzip'd or not) in a directory.
/// @throws std::runtime_error naming the file, for one that is missing, short or something else.
Images load_training_images(const std::filesystem::path& directory, Range range);

}  // namespace fashion
