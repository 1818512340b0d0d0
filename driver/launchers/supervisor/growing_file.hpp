// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include <sys/stat.h>
#include <sys/types.h>

namespace diwan {

/// Takes a piece of a file.
using TakeBytes = std::function<void(std::string_view)>;

/// One regular file that another process writes, whatever its name becomes, and how far it has been
/// read.
class GrowingFile {
 public:
  GrowingFile() = default;
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;
  ~GrowingFile() { close(); }

  /// Opens what stands there now, to be read from its beginning; false where that is no regular
  /// file.
  bool open(const std::filesystem::path& path);
  /// It is the file that has this status, not opened yet.
  void identify(const struct stat& status);
  /// Opens it again, to be read on; false where another file stands there.
  bool reopen(const std::filesystem::path& path);
  void close();
  bool is_open() const { return file_ >= 0; }

  /// Hands over what is new, as far as `limit_bytes`; true if there was something.
  bool read(const TakeBytes& take, std::size_t limit_bytes);
  /// It is shorter than what was read of it, or what was read last stands there no more: it was
  /// cut and perhaps written anew, as a program does that keeps its latest values alone in a file.
  bool was_cut() const;
  void rewind() {
    at_ = 0;
    last_.clear();
  }
  bool is(const struct stat& status) const {
    return status.st_dev == device_ && status.st_ino == inode_;
  }
  /// Bytes read.
  off_t at() const { return at_; }

 private:
  bool open_regular(const std::filesystem::path& path, struct stat& status);

  int file_ = -1;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  off_t at_ = 0;
  std::string last_;  ///< the last bytes read
};

}  // namespace diwan
