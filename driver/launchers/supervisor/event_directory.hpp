// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "collectors/collector.hpp"

namespace diwan {

/// Reads the event files below a directory while a trial writes them.
///
/// Files and folders may appear late. A file that is renamed is still read to its end, and so is
/// one removed while it is held open; one that is cut is read anew. Where several files grow, only
/// time tells in which order their values are taken: it is written to an order file, so that they
/// can be taken again in the same.
class EventDirectory {
 public:
  using Take = std::function<void(const std::vector<Observation>&)>;

  /// @param directory  its own name is among the folders that a metric may name
  EventDirectory(std::filesystem::path directory, std::filesystem::path order_file,
                 std::vector<std::string> metrics);
  EventDirectory(const EventDirectory&) = delete;
  EventDirectory& operator=(const EventDirectory&) = delete;
  ~EventDirectory();

  /// Takes what is new, a piece of each file; true if there was something.
  /// @param thorough  looks for new files even if that takes long
  bool read(const Take& take, bool thorough);
  /// Takes all that there is, in the order in which it was taken before; what was not then, last.
  void read_again(const Take& take);
  /// Nothing more is to be read.
  void finish();
  /// What was passed over, in all files.
  Skipped skipped() const;

 private:
  struct File;
  struct Turn;

  void look_for_files(bool thorough);
  File& file_of(const struct stat& status, const std::filesystem::path& path);
  bool open(File& file);
  bool read(File& file, std::uint64_t limit_bytes, const Take& take);
  void turn_to(const File& file);
  std::vector<Turn> written_order() const;

  std::filesystem::path directory_;
  std::filesystem::path order_path_;
  std::vector<std::string> metrics_;
  std::vector<std::unique_ptr<File>> files_;  ///< in the order in which they were found
  const File* current_ = nullptr;             ///< the one read last
  int order_file_ = -1;
  std::uint64_t reads_ = 0;
  std::chrono::steady_clock::time_point next_look_{};
  Skipped skipped_;  ///< of collectors that are gone
};

/// The event files below a directory, by name.
std::vector<std::filesystem::path> event_files(const std::filesystem::path& directory);

/// The tags of scalars in them, each once, behind the folder it is in ("train/loss"); looked for
/// near the beginnings of the files.
std::vector<std::string> event_tags(const std::filesystem::path& directory);

}  // namespace diwan
