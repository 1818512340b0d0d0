// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/growing_file.hpp"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <unistd.h>

namespace diwan {

void GrowingFile::close() {
  if (file_ >= 0) {
    ::close(file_);
    file_ = -1;
  }
}

bool GrowingFile::open_regular(const std::filesystem::path& path, struct stat& status) {
  close();
  // O_NONBLOCK: a FIFO of that name must not hold us.
  file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file_ >= 0 && (fstat(file_, &status) != 0 || !S_ISREG(status.st_mode))) {
    close();
  }
  return file_ >= 0;
}

bool GrowingFile::open(const std::filesystem::path& path) {
  struct stat status {};
  if (!open_regular(path, status)) {
    return false;
  }
  identify(status);
  return true;
}

void GrowingFile::identify(const struct stat& status) {
  device_ = status.st_dev;
  inode_ = status.st_ino;
  at_ = 0;
}

bool GrowingFile::reopen(const std::filesystem::path& path) {
  struct stat status {};
  if (open_regular(path, status) && !is(status)) {
    close();
  }
  return file_ >= 0;
}

bool GrowingFile::read(const TakeBytes& take, std::size_t limit_bytes) {
  std::array<char, 65536> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by pread
  std::size_t total = 0;
  while (total < limit_bytes) {
    const ssize_t size =
        pread(file_, piece.data(), std::min(piece.size(), limit_bytes - total), at_);
    if (size <= 0) {
      break;
    }
    const auto length = static_cast<std::size_t>(size);
    at_ += size;
    total += length;
    take({piece.data(), length});
  }
  return total > 0;
}

bool GrowingFile::was_cut() const {
  struct stat status {};
  return file_ >= 0 && fstat(file_, &status) == 0 && status.st_size < at_;
}

}  // namespace diwan
