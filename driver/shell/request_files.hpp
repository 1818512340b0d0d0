// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "driver/shell/control.hpp"

namespace diwan {

/// The requests of other shells in DIR/control: each is taken once, and stays in its file until the
/// record that holds it is written.
class RequestFiles {
 public:
  explicit RequestFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// Those that came since the last look, which is not repeated at once.
  std::vector<ControlRequest> take();
  /// What was taken is held by the records up to this one.
  void decided(std::uint64_t last_record);
  /// The records up to this one are written: the files that they hold are removed.
  void written(std::uint64_t last_record);

 private:
  struct Taken {
    std::filesystem::path file;
    std::uint64_t record = 0;  ///< that holds it; 0: not decided yet
  };

  std::filesystem::path directory_;
  std::vector<Taken> taken_;
  std::chrono::steady_clock::time_point last_look_{};
};

}  // namespace diwan
