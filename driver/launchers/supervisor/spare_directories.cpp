// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/spare_directories.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace diwan {

namespace {

constexpr std::size_t most_spare = 64;

/// As make_directory() made it: a trial may have put something else in its place, or opened it.
bool as_made(const std::filesystem::path& path) {
  struct stat status {};
  constexpr mode_t permissions = 07777;
  std::error_code error;
  return lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         (status.st_mode & permissions) == 0700 && std::filesystem::is_empty(path, error) && !error;
}

}  // namespace

bool make_directory(const std::filesystem::path& path) {
  if (mkdir(path.c_str(), 0700) == 0) {
    return true;
  }
  if (errno != EEXIST) {
    throw std::system_error{errno, std::generic_category(), "cannot make " + path.native()};
  }
  return false;
}

SpareDirectories::~SpareDirectories() {
  for (const std::filesystem::path& path : spare_) {
    rmdir(path.c_str());
  }
}

void SpareDirectories::make(const std::filesystem::path& path) {
  while (!spare_.empty()) {
    const std::filesystem::path spare = std::move(spare_.back());
    spare_.pop_back();
    if (!as_made(spare)) {
      rmdir(spare.c_str());
      continue;
    }
    if (rename(spare.c_str(), path.c_str()) == 0) {
      return;
    }
    // A directory that is there and not empty refuses to be replaced.
    rmdir(spare.c_str());
    break;
  }
  make_directory(path);
}

void SpareDirectories::take(const std::filesystem::path& path) {
  spare_.push_back(path);
  if (spare_.size() > most_spare) {
    rmdir(spare_.front().c_str());
    spare_.pop_front();
  }
}

}  // namespace diwan
