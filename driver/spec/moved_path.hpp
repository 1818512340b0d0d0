// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diwan {

/// A path that a Pod has to itself (of the metrics file, of the checkpoints): wherever it occurs in
/// command, env and working directory it is replaced by one below a directory of the trial's own.
struct MovedPath {
  enum class Into { trial_directory, checkpoint_directory };
  std::string from;
  Into into = Into::trial_directory;
  std::string below;  ///< relative to that directory; empty: the directory itself
  bool operator==(const MovedPath&) const = default;
};

/// The first of `paths` that stands at a place of `text` as whole components (`/data` in
/// `--x=/data/a`, not in `/data2` or `/my/data`); null if none does.
/// @param more_follows  the text goes on after its end with something unknown.
const MovedPath* moved_path_at(const std::vector<MovedPath>& paths, std::string_view text,
                               std::size_t at, bool more_follows);

/// The name at a path's end, slashes there aside; empty for the root.
std::string last_component(std::string_view path);

/// Where the metrics file or directory of a collector lies below the trial's own directory, for a
/// path as the file has it: under its own name, which a metric of TensorFlowEvent may name.
std::string moved_metrics_path(const std::string& path);

}  // namespace diwan
