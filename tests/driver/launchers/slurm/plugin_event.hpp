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

/// Appends to the file `events` of an array as the plugin does; `trial` 0: of no script's.
inline void append_event(const std::filesystem::path& array_directory, diwan_event_kind kind,
                         std::uint32_t array, std::uint32_t task, std::uint32_t trial, int status) {
  diwan_event event{};
  event.kind = kind;
  event.array = array;
  event.task = task;
  event.job = 40;
  event.trial = trial;
  event.attempt = trial == 0 ? 0 : 1;
  event.status = status;
  event.time_us = 5000000;
  std::string bytes(diwan_event_bytes, '\0');
  diwan_event_encode(&event, "n1", reinterpret_cast<unsigned char*>(bytes.data()));
  std::ofstream{array_directory / "events", std::ios::binary | std::ios::app} << bytes;
}

}  // namespace diwan::test
