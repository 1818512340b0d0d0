// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/disk.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/store/store.hpp"

namespace diwan::disk {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
  const int error = errno;
  throw StoreError(path.string() + ": cannot " + what + " (" + error_text(error) + ")");
}

/// Is it the disk's fault, and not that of who chose the directory?
bool is_of_the_disk(int error) {
  constexpr std::array<int, 8> errors{ENOSPC, EDQUOT, EFBIG, EROFS, EIO, ENXIO, ENODEV, ESTALE};
  return std::ranges::find(errors, error) != errors.end();
}

}  // namespace

File::~File() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

void cannot(const std::filesystem::path& path, const char* what, int error) {
  const std::string text = path.string() + ": cannot " + what + " (" + error_text(error) + ")";
  if (is_of_the_disk(error)) {
    throw DiskFailure(text + "; make it writable again, then run the same command");
  }
  throw StoreError(text);
}

std::string error_text(int error) { return std::generic_category().message(error); }

std::optional<File> open_to_read(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return std::nullopt;
    }
    fail(path, "open it");
  }
  return File(descriptor);
}

std::pair<File, std::filesystem::path> make_temporary(const std::filesystem::path& directory) {
  std::string name = (directory / ".tmp-XXXXXX").string();
  const int descriptor = ::mkostemp(name.data(), O_APPEND | O_CLOEXEC);  // mode 0600
  if (descriptor < 0) {
    cannot(directory, "make a file in it", errno);
  }
  return {File(descriptor), name};
}

std::uint64_t size_of(const File& file, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(file.descriptor(), &status) != 0) {
    fail(path, "look at it");
  }
  return static_cast<std::uint64_t>(status.st_size);
}

std::uint64_t link_count(const File& file, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(file.descriptor(), &status) != 0) {
    fail(path, "look at it");
  }
  return status.st_nlink;
}

std::size_t read_at(const File& file, const std::filesystem::path& path, std::uint64_t offset,
                    std::span<char> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const auto count = ::pread(file.descriptor(), into.data() + done, into.size() - done,
                               static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      fail(path, "read it");
    }
    if (count == 0) {
      break;
    }
    done += static_cast<std::size_t>(count);
  }
  return done;
}

std::optional<std::string> read_all(const std::filesystem::path& path) {
  const std::optional<File> file = open_to_read(path);
  if (!file) {
    return std::nullopt;
  }
  std::string text(static_cast<std::size_t>(size_of(*file, path)), '\0');
  text.resize(read_at(*file, path, 0, text));
  return text;
}

Written write(const File& file, std::string_view bytes) {
  Written result;
  while (result.bytes < bytes.size()) {
    const auto count =
        ::write(file.descriptor(), bytes.data() + result.bytes, bytes.size() - result.bytes);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      result.error = count < 0 ? errno : ENOSPC;
      break;
    }
    result.bytes += static_cast<std::size_t>(count);
  }
  return result;
}

void sync(const File& file, const std::filesystem::path& path) {
  if (::fdatasync(file.descriptor()) != 0) {
    cannot(path, "bring it to the disk", errno);
  }
}

void sync_directory(const std::filesystem::path& directory) {
  const File file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some network file systems cannot sync a directory and say EINVAL; their rename is synchronous.
  if (!file || (::fsync(file.descriptor()) != 0 && errno != EINVAL)) {
    cannot(directory, "bring it to the disk", errno);
  }
}

namespace {

enum class Synced { yes, no };

void replace(const std::filesystem::path& path, std::string_view bytes, Synced synced) {
  const std::filesystem::path directory = path.parent_path();
  const auto [file, temporary] = make_temporary(directory);
  try {
    if (const Written written = write(file, bytes); written.error != 0) {
      cannot(path, "write it", written.error);
    }
    if (synced == Synced::yes) {
      sync(file, temporary);
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
      cannot(path, "replace it", errno);
    }
  } catch (const StoreError&) {
    ::unlink(temporary.c_str());
    throw;
  }
  if (synced == Synced::yes) {
    sync_directory(directory);
  }
}

}  // namespace

void replace(const std::filesystem::path& path, std::string_view bytes) {
  replace(path, bytes, Synced::yes);
}

void replace_unsynced(const std::filesystem::path& path, std::string_view bytes) {
  replace(path, bytes, Synced::no);
}

void remove(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    cannot(path, "remove it", errno);
  }
}

}  // namespace diwan::disk
