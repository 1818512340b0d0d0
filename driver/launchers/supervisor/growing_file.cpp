// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/growing_file.hpp"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <unistd.h>

namespace diwan {

namespace {

/// Bytes by which a file is known that was written anew since it was read.
constexpr std::size_t kept_bytes = 256;

void keep_last(std::string& last, std::string_view piece) {
  last.append(piece.substr(piece.size() - std::min(piece.size(), kept_bytes)));
  last.erase(0, last.size() - std::min(last.size(), kept_bytes));
}

}  // namespace

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
  rewind();
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
    keep_last(last_, {piece.data(), length});
    take({piece.data(), length});
  }
  return total > 0;
}

bool GrowingFile::was_cut() const {
  if (file_ < 0 || last_.empty()) {
    return false;
  }
  std::array<char, kept_bytes> now;  // NOLINT(cppcoreguidelines-pro-type-member-init): by pread
  const ssize_t size =
      pread(file_, now.data(), last_.size(), at_ - static_cast<off_t>(last_.size()));
  return size >= 0 && std::string_view(now.data(), static_cast<std::size_t>(size)) != last_;
}

}  // namespace diwan
