// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "driver/core/event.hpp"

namespace diwan {

/// The file `exit` in a run's directory: one line of JSON, written before the end is reported, so
/// that a later coordinator learns of an end that the one before did not write down.
///
/// {"version":1,"outcome":"failed","exitCode":3,"signal":null,"reason":"…","cause":"unknown",
///  "start":T,"end":T,"host":"n1","peakMemoryBytes":…,"cpuSeconds":…}
struct ExitRecord {
  Ended ended;
  std::optional<Time> start;
  std::string host;
};

std::filesystem::path exit_record_path(const std::filesystem::path& attempt_directory);

/// Written to a temporary file and renamed.
/// @return false if it cannot be written; errno tells why.
bool write_exit_record(const std::filesystem::path& attempt_directory, const ExitRecord& record);

/// None if there is no record or it cannot be understood.
std::optional<ExitRecord> read_exit_record(const std::filesystem::path& attempt_directory,
                                           RunKey run);

}  // namespace diwan
