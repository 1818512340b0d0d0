// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/tailed_file.hpp"

#include <array>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace diwan {

TailedFile::~TailedFile() { close_file(); }

void TailedFile::close_file() {
  if (file_ >= 0) {
    close(file_);
    file_ = -1;
  }
}

bool TailedFile::open_file() {
  // O_NONBLOCK: a FIFO of that name must not hold us.
  file_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file_ < 0) {
    return false;
  }
  struct stat status {};
  if (fstat(file_, &status) != 0 || !S_ISREG(status.st_mode)) {
    close_file();
    return false;
  }
  device_ = status.st_dev;
  inode_ = status.st_ino;
  at_ = 0;
  return true;
}

void TailedFile::end_line(const std::function<void(std::string_view)>& take) {
  if (inside_line_) {
    take("\n");
    inside_line_ = false;
  }
}

bool TailedFile::read_on(const std::function<void(std::string_view)>& take,
                         std::size_t limit_bytes) {
  std::array<char, 65536> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by pread
  std::size_t total = 0;
  while (total < limit_bytes) {
    const ssize_t size = pread(file_, piece.data(), piece.size(), at_);
    if (size <= 0) {
      break;
    }
    const auto length = static_cast<std::size_t>(size);
    take({piece.data(), length});
    inside_line_ = piece.at(length - 1) != '\n';
    at_ += size;
    total += length;
  }
  return total > 0;
}

bool TailedFile::read(const std::function<void(std::string_view)>& take, std::size_t limit_bytes) {
  if (file_ < 0 && !open_file()) {
    return false;
  }
  bool found = read_on(take, limit_bytes);
  if (found) {
    return true;
  }
  struct stat status {};
  if (fstat(file_, &status) == 0 && status.st_size < at_) {
    end_line(take);
    at_ = 0;
    return read_on(take, limit_bytes);
  }
  if (stat(path_.c_str(), &status) == 0 && (status.st_dev != device_ || status.st_ino != inode_)) {
    end_line(take);
    close_file();
    found = open_file() && read_on(take, limit_bytes);
  }
  return found;
}

}  // namespace diwan
