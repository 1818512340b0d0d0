// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace diwan::disk {

/// An open file; closes it.
class File {
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  explicit operator bool() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

/// Opens for reading; nothing if there is no such file. @throws StoreError for every other failure.
std::optional<File> open_to_read(const std::filesystem::path& path);
/// A new file of mode 0600 for appending; its name begins with `.tmp-` and no other process has it.
std::pair<File, std::filesystem::path> make_temporary(const std::filesystem::path& directory);

std::uint64_t size_of(const File& file, const std::filesystem::path& path);
/// Names of the file, the temporary one included.
std::uint64_t link_count(const File& file, const std::filesystem::path& path);
/// All of the file, or nothing if there is no such file.
std::optional<std::string> read_all(const std::filesystem::path& path);
/// Reads up to `into.size()` bytes from `offset`; fewer only at the end of the file.
std::size_t read_at(const File& file, const std::filesystem::path& path, std::uint64_t offset,
                    std::span<char> into);

/// What came of a write: all of it, or how many bytes and the error number.
struct Written {
  std::size_t bytes = 0;
  int error = 0;
};
Written write(const File& file, std::string_view bytes);

/// Data and length reach the disk. @throws StoreError.
void sync(const File& file, const std::filesystem::path& path);
/// Names made, renamed or removed in the directory reach the disk. @throws StoreError.
void sync_directory(const std::filesystem::path& directory);
/// The file has these bytes, or its old ones, whenever we are stopped. @throws StoreError.
void replace(const std::filesystem::path& path, std::string_view bytes);
/// The same for readers beside us alone: after a crash of the host it may have neither.
void replace_unsynced(const std::filesystem::path& path, std::string_view bytes);
/// Removes a file; there may be none. @throws StoreError.
void remove(const std::filesystem::path& path);

/// Throws that a file cannot be written: DiskFailure where the disk is at fault, else StoreError.
[[noreturn]] void cannot(const std::filesystem::path& path, const char* what, int error);

/// "No space left on device".
std::string error_text(int error);

}  // namespace diwan::disk
