// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace diwan {

/// The place of an export, a file or a folder: all is written beside it, and takes its place at
/// once when it is whole.
class ExportPlace {
 public:
  /// Is what stands at the place ours to replace? Of a path that is there and no empty file or
  /// folder.
  using Ours = std::function<bool(const std::filesystem::path&)>;

  /// @throws ExportRefused if something is there that is not ours
  ExportPlace(const std::filesystem::path& path, Ours ours);
  ~ExportPlace();  ///< removes what did not take its place
  ExportPlace(const ExportPlace&) = delete;
  ExportPlace& operator=(const ExportPlace&) = delete;

  const std::filesystem::path& path() const { return path_; }  ///< absolute
  /// Where to write: nothing is there yet.
  const std::filesystem::path& beside() const { return beside_; }
  /// @throws ExportRefused as ever
  void publish();
  /// Says that the export cannot be, for a reason of the operating system. @throws ExportRefused
  [[noreturn]] void fail(int error) const;

 private:
  void refuse_others() const;
  void remove_leftovers() const;
  void replace_folder();

  std::filesystem::path path_;
  Ours ours_;
  std::filesystem::path beside_;
};

/// A file that is new, written piece by piece.
class NewFile {
 public:
  /// @throws ExportRefused, as do all below, with the place's own words
  NewFile(const ExportPlace& place, const std::filesystem::path& file);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view text);
  /// To be called at the end: a network file system may say only here that the disk is full.
  void close();

 private:
  const ExportPlace& place_;
  int file_;
};

/// The folder of an export, which is filled and counted.
class ExportFolder {
 public:
  /// Makes it. @throws ExportRefused, as do all below
  explicit ExportFolder(const ExportPlace& place);

  /// A new file in it, and the folders above that. @pre the path leads into the folder
  void write(const std::filesystem::path& file, std::string_view text);
  /// A folder in it, and those above.
  void make(const std::filesystem::path& folder);
  /// Writes the mark by which the export is told from what is not. The last thing to do.
  void finish(const std::string& experiment, std::string_view format);

  /// Has this folder the mark of such an export, and is as it was left by that?
  static bool is_as_left(const std::filesystem::path& folder, const std::string& experiment,
                         std::string_view format);
  const std::filesystem::path& place() const { return place_.path(); }  ///< where it is to be

 private:
  const ExportPlace& place_;
  std::filesystem::path made_;  ///< the folder made last
  std::size_t files_ = 0;
};

}  // namespace diwan
