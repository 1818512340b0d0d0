// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace diwan::slurm {

// A spool is a file on the shared file system with one writer, through which one process talks to
// another that may not be there: what a task of an array says (spool.I.R), and what the coordinator
// says to it (inbox.I.N). It is only ever appended to.
//
//   record := length: uint32    of kind and body, little-endian
//             checksum: uint32  CRC-32C of kind and body
//             kind: uint8       SpoolKind
//             body
//
// A record that is not whole yet, or whose checksum is wrong (a page that another host wrote and
// that this one has not got yet reads as zeros), has not been written yet, for its reader.

enum class SpoolKind : std::uint8_t {
  frames = 1,  ///< frames of protocol.hpp, whole ones
  hello,       ///< first record of a task's process: TaskHello
  leaving,     ///< it takes no further run; with a body: since Slurm told it to end
};
/// The body of `leaving` then. Slurm may start the task again.
constexpr std::string_view told_by_slurm = "told by Slurm";

/// The longest body: more frames go into several records.
constexpr std::size_t longest_spool_body = std::size_t{65} << 20;

class SpoolWriter {
 public:
  /// Makes the file, which must not be there.
  /// @throws std::system_error
  explicit SpoolWriter(std::filesystem::path path);
  ~SpoolWriter();
  SpoolWriter(const SpoolWriter&) = delete;
  SpoolWriter& operator=(const SpoolWriter&) = delete;

  void add(SpoolKind kind, std::string_view body);
  /// Writes what was added. What does not go (a full disk) stays for the next call.
  /// @return 0, or the errno that stopped it
  int write();
  bool written() const { return at_ == bytes_.size(); }
  /// What was written reaches the disk. Nothing to do: costs nothing. @return 0 or errno
  int sync();
  /// Sets the time of the file's last change, as a sign of life.
  void touch() const;

 private:
  std::filesystem::path path_;
  int file_ = -1;
  std::string bytes_;
  std::size_t at_ = 0;
  bool dirty_ = false;
};

struct SpoolRecord {
  SpoolKind kind = SpoolKind::frames;
  std::string body;
};

/// Opens the file anew for each read, as NFS wants it for what other hosts wrote.
class SpoolReader {
 public:
  explicit SpoolReader(std::filesystem::path path) : path_{std::move(path)} {}

  /// The whole records that were not read before, to about a few MiB; none where the file is not
  /// there.
  std::vector<SpoolRecord> read();
  bool exists() const { return exists_; }
  /// Has the file, by the last read, changed since the one before: a sign of life?
  bool changed() const { return changed_; }
  /// Bytes behind the last whole record, by the last read.
  std::size_t torn_bytes() const { return buffer_.size(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  bool fetch();
  bool take_record(std::vector<SpoolRecord>& records);

  std::filesystem::path path_;
  std::string buffer_;        ///< not taken yet
  std::uint64_t offset_ = 0;  ///< of the buffer's end in the file
  std::int64_t change_ns_ = 0;
  bool exists_ = false;
  bool changed_ = false;
};

}  // namespace diwan::slurm
