// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/words.hpp"

#include <array>
#include <cstddef>

namespace diwan {

const char* in_words(LostCause cause) {
  constexpr std::array<const char*, 8> words = {"for no known cause",
                                                "ended by our own stop",
                                                "preempted",
                                                "time limit of the job",
                                                "coordinator gone",
                                                "node gone",
                                                "its folder could not be written",
                                                "did not begin"};
  return words.at(static_cast<std::size_t>(cause));
}

std::string directory_name(const std::filesystem::path& directory) {
  const auto whole = std::filesystem::absolute(directory).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

}  // namespace diwan
