// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "driver/core/stimulus.hpp"

namespace diwan {

class Experiment;

/// What another shell asks of a running experiment: one file in DIR/control (docs/control.md).
struct ControlRequest {
  enum class Kind { stop, pause, go_on, extend, cancel };
  Kind kind = Kind::stop;
  bool now = false;              ///< without grace; of stop and cancel
  std::uint32_t trial = 0;       ///< of cancel
  std::uint32_t max_trials = 0;  ///< of extend
  Time time{};                   ///< when it was asked
  std::string by;                ///< "diwan stop"
  std::filesystem::path file;    ///< where it was read
  std::string text;              ///< for people: "stop (diwan stop)"

  /// What the coordinator is told; an extend changes the budget that is in force.
  Stimulus stimulus(const Experiment& experiment) const;
};

/// Puts a request into DIR/control, whole or not at all.
/// @throws std::system_error if it cannot be written.
void write_request(const std::filesystem::path& directory, const ControlRequest& request);

/// The requests in DIR/control, oldest first. A file there that is no request is renamed to
/// NAME.refused.
std::vector<ControlRequest> read_requests(const std::filesystem::path& directory);

/// Removes the stop, pause and go_on requests that were written before `time`: they were meant for
/// the owner before. What cancels or extends holds for whoever owns the directory.
void discard_stale_requests(const std::filesystem::path& directory, Time time);

}  // namespace diwan
