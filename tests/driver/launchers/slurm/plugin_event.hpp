// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

extern "C" {
#include "slurm-plugin/event.h"
}

namespace diwan::test {

/// Appends to the file `events` of an array as the plugin does. `event` needs kind, array, task,
/// and trial where it is a script's.
inline void append_event(const std::filesystem::path& array_directory, diwan_event event) {
  event.job = 40;
  event.attempt = event.trial == 0 ? 0 : 1;
  event.time_us = 5000000;
  std::string bytes(diwan_event_bytes, '\0');
  diwan_event_encode(&event, "n1", reinterpret_cast<unsigned char*>(bytes.data()));
  std::ofstream{array_directory / "events", std::ios::binary | std::ios::app} << bytes;
}

}  // namespace diwan::test
