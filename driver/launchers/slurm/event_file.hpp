// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "collectors/observation.hpp"

namespace diwan::slurm {

// The file `events` of an array, to which the SPANK plugin on each node appends what it sees of the
// array's tasks, in records of 64 bytes; numbers are little-endian:
//
//   magic: 4 bytes       "DWEV"
//   checksum: uint32     CRC-32C of all that follows
//   kind: uint32         1 began, 2 ended
//   array: uint32        id of the array's job
//   task, restarts       uint32 each: its place in the array; how often it was requeued before
//   job: uint32          its own id
//   trial, attempt       uint32 each; 0 where the plugin does not know them
//   status: int32        of wait(2), of the batch script
//   time: uint64         microseconds since 1970
//   host: 16 bytes       the beginning of its name, NULs after it
//
// Two nodes that append at the same moment on NFS may overwrite each other's record: whoever reads
// it must not wait for one for ever.

struct TaskEvent {
  enum class Kind : std::uint32_t { began = 1, ended = 2 };
  Kind kind = Kind::began;
  std::uint32_t array = 0;
  std::uint32_t task = 0;
  std::uint32_t restarts = 0;
  std::uint32_t job = 0;
  std::uint32_t trial = 0;
  std::uint32_t attempt = 0;
  int wait_status = 0;
  Time at{};
  std::string host;
  bool operator==(const TaskEvent&) const = default;
};

/// Opens the file anew for each read, as NFS wants it for what other hosts wrote.
class EventFileReader {
 public:
  explicit EventFileReader(std::filesystem::path path) : path_{std::move(path)} {}

  /// The records that were not read before; none where the file is not there. What is no record is
  /// passed over, once a record follows it.
  std::vector<TaskEvent> read();

 private:
  std::filesystem::path path_;
  std::uint64_t offset_ = 0;  ///< all before it has been read
};

}  // namespace diwan::slurm
