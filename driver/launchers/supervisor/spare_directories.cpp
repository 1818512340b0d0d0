// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/spare_directories.hpp"

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

namespace diwan {

namespace {

constexpr std::size_t most_spare = 64;

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
  if (!spare_.empty()) {
    // A directory that is there and not empty refuses to be replaced; the spare one is kept then.
    if (rename(spare_.back().c_str(), path.c_str()) == 0) {
      spare_.pop_back();
      return;
    }
    if (errno == ENOENT) {
      spare_.pop_back();
    }
  }
  make_directory(path);
}

void SpareDirectories::take_if_empty(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_empty(path, error) || error) {
    return;
  }
  if (spare_.size() < most_spare) {
    std::filesystem::path spare =
        folder_ / (".spare-" + std::to_string(getpid()) + "-" + std::to_string(++made_));
    if (rename(path.c_str(), spare.c_str()) == 0) {
      spare_.push_back(std::move(spare));
      return;
    }
  }
  rmdir(path.c_str());
}

}  // namespace diwan
