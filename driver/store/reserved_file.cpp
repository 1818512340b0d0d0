// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/reserved_file.hpp"

#include <cerrno>
#include <cstdio>
#include <string>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "driver/store/store.hpp"

namespace diwan {

ReservedFile::ReservedFile(const std::filesystem::path& directory, std::size_t bytes) {
  std::tie(file_, temporary_) = disk::make_temporary(directory);
  // Written and synced, since not every file system keeps room that was merely asked for.
  try {
    if (const auto written = disk::write(file_, std::string(bytes, ' ')); written.error != 0) {
      disk::cannot(directory, "make a file in it", written.error);
    }
    disk::sync(file_, directory);
  } catch (const StoreError&) {
    ::unlink(temporary_.c_str());
    throw;
  }
}

ReservedFile::~ReservedFile() {
  if (!temporary_.empty()) {
    ::unlink(temporary_.c_str());
  }
}

void ReservedFile::become(const std::filesystem::path& path, std::string_view bytes) {
  // From its first byte on: temporary files are opened for appending.
  const int flags = ::fcntl(file_.descriptor(), F_GETFL);
  ::fcntl(file_.descriptor(), F_SETFL, flags & ~O_APPEND);
  ::lseek(file_.descriptor(), 0, SEEK_SET);
  if (const disk::Written written = disk::write(file_, bytes); written.error != 0) {
    disk::cannot(path, "write it", written.error);
  }
  if (::ftruncate(file_.descriptor(), static_cast<off_t>(bytes.size())) != 0) {
    disk::cannot(path, "write it", errno);
  }
  disk::sync(file_, path);
  if (::rename(temporary_.c_str(), path.c_str()) != 0) {
    disk::cannot(path, "replace it", errno);
  }
  temporary_.clear();
  disk::sync_directory(path.parent_path());
}

void ReservedFile::swap(ReservedFile& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(temporary_, other.temporary_);
}

}  // namespace diwan
