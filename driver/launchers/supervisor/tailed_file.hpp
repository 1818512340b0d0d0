// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <utility>

#include "driver/launchers/supervisor/growing_file.hpp"
#include "driver/launchers/supervisor/rotation_watch.hpp"

namespace diwan {

/// Reads a file of lines while another process writes it. It may appear late, be cut and written
/// anew, or be renamed away and replaced: what was written before is read first. Only regular files
/// are read.
class TailedFile {
 public:
  explicit TailedFile(std::filesystem::path path) : path_{std::move(path)} {}

  /// From now on files are read too that were renamed, within their folder, before read() saw them.
  /// The folder must be there.
  void watch_renames() { watch_.emplace(path_); }

  /// Hands over what is new, as far as `limit_bytes`; true if there was something. Where a cut or
  /// replaced file ended inside a line, that line is ended.
  bool read(const TakeBytes& take, std::size_t limit_bytes = std::size_t{1} << 20);

 private:
  bool read_on(const TakeBytes& take, std::size_t limit_bytes);
  bool is_open(const struct stat& status) const { return file_.is_open() && file_.is(status); }
  bool open_next();
  bool older_waits();
  void end_line(const TakeBytes& take);

  std::filesystem::path path_;
  GrowingFile file_;
  std::optional<RotationWatch> watch_;
  bool inside_line_ = false;
};

}  // namespace diwan
