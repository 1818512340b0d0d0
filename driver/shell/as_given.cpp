// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/as_given.hpp"

#include <system_error>

namespace diwan {

std::filesystem::path as_given(const std::filesystem::path& path) {
  std::error_code nowhere;
  const std::filesystem::path whole = std::filesystem::absolute(path, nowhere).lexically_normal();
  const std::filesystem::path here = std::filesystem::current_path(nowhere);
  const std::filesystem::path near = whole.lexically_relative(here);
  return near.empty() || *near.begin() == ".." ? whole : near;
}

}  // namespace diwan
