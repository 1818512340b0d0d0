// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/request_files.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace diwan {
namespace {

constexpr std::chrono::milliseconds look_pause{200};

}  // namespace

std::vector<ControlRequest> RequestFiles::take() {
  const auto present = std::chrono::steady_clock::now();
  if (present - last_look_ < look_pause) {
    return {};
  }
  last_look_ = present;
  std::vector<ControlRequest> found = read_requests(directory_);
  std::erase_if(found, [&](const ControlRequest& request) {
    return std::ranges::find(taken_, request.file, &Taken::file) != taken_.end();
  });
  for (const ControlRequest& request : found) {
    taken_.push_back({.file = request.file, .record = 0});
  }
  return found;
}

void RequestFiles::decided(std::uint64_t last_record) {
  for (Taken& request : taken_) {
    request.record = request.record == 0 ? last_record : request.record;
  }
}

void RequestFiles::written(std::uint64_t last_record) {
  std::erase_if(taken_, [&](const Taken& request) {
    if (request.record == 0 || request.record > last_record) {
      return false;
    }
    std::error_code ignored;
    std::filesystem::remove(request.file, ignored);
    return true;
  });
}

}  // namespace diwan
