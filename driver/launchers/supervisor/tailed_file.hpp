// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include <sys/types.h>

namespace diwan {

/// Reads a file while another process writes it. It may appear late, be cut and written anew, or be
/// renamed away and replaced: what was written before is read first. Only regular files are read.
class TailedFile {
 public:
  explicit TailedFile(std::filesystem::path path) : path_{std::move(path)} {}
  ~TailedFile();
  TailedFile(const TailedFile&) = delete;
  TailedFile& operator=(const TailedFile&) = delete;

  /// Hands over what is new, as far as `limit_bytes`; true if there was something. Where a cut or
  /// replaced file ended inside a line, that line is ended.
  bool read(const std::function<void(std::string_view)>& take,
            std::size_t limit_bytes = std::size_t{1} << 20);

 private:
  bool open_file();
  void close_file();
  bool read_on(const std::function<void(std::string_view)>& take, std::size_t limit_bytes);
  void end_line(const std::function<void(std::string_view)>& take);

  std::filesystem::path path_;
  int file_ = -1;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  off_t at_ = 0;
  bool inside_line_ = false;
};

}  // namespace diwan
