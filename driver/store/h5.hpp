// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <utility>

#include <hdf5.h>

#include "driver/store/disk.hpp"
#include "driver/store/store.hpp"

namespace diwan::h5 {

/// Held around every use of the library, Handle's end included: it may be built without thread
/// safety. Recursive. Turns off the library's printing of errors.
class Lock {
 public:
  Lock();

 private:
  std::unique_lock<std::recursive_mutex> lock_;
};

/// A call of the library failed; where it was writing, the library can be used no more.
struct Failure : StoreError {
  using StoreError::StoreError;
};

/// Throws Failure "WHERE: CALL failed (the library's innermost reason)".
[[noreturn]] void fail(const char* call, const std::string& where);

/// The result of a call unless it is negative. @throws Failure.
template <typename Result>
Result check(Result result, const char* call, const std::string& where) {
  if (result < 0) {
    fail(call, where);
  }
  return result;
}

/// Owns an identifier of any kind.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle() = default;
  /// @throws StoreError if the call gave no identifier.
  Handle(hid_t id, Close closer, const char* call, const std::string& where)
      : id_(check(id, call, where)), close_(closer) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle();

  operator hid_t() const {
    return id_;
  }  // NOLINT(google-explicit-constructor): as the C API takes it
  /// Closes now, so that what the library still had to write is known to be written.
  void close(const char* call, const std::string& where);

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

/// How files are opened. No locks: they fail on many parallel file systems, and nobody changes a
/// file that has its name.
Handle access_list(const std::string& where);
Handle open_file(const std::filesystem::path& path);  ///< for reading

/// A file being written, with room for what the library is given: a write that fails within the
/// library leaves it broken (a file that cannot be written cannot be closed either), so space is
/// reserved first.
class Output {
 public:
  /// @param file, path  an open empty file, which must remain open.
  Output(const disk::File& file, std::filesystem::path path);

  hid_t file() const { return file_; }
  /// To be called before the library gets so many bytes more. @throws StoreError if there is no
  /// room.
  void need(std::uint64_t bytes);
  /// All is in the file, and no more than that. Nothing in it may be open.
  void close();

 private:
  const disk::File& reserved_;
  std::filesystem::path path_;
  Handle file_;
  std::uint64_t pending_bytes_ = 0;  ///< given since the last flush
  std::uint64_t reserved_bytes_ = 0;
};

Handle open_dataset(hid_t file, const char* name, const std::string& where);
Handle text_type(std::size_t width);  ///< fixed-length UTF-8, padded with NUL

/// A chunked, compressed dataset that can grow in its first dimension; `columns` of a second one.
Handle create_dataset(hid_t file, const char* name, hid_t type, std::size_t chunk_rows,
                      std::size_t columns = 0);
std::uint64_t row_count(hid_t dataset, const std::string& where);
void resize(hid_t dataset, std::uint64_t rows, const std::string& where);
/// Adds rows of a one-dimensional dataset.
void append(hid_t dataset, hid_t type, std::uint64_t rows, const void* data,
            const std::string& where);
void read(hid_t dataset, hid_t type, std::uint64_t first, std::uint64_t rows, void* data,
          const std::string& where);

void put_attribute(hid_t object, const char* name, std::int64_t value);
void put_attribute(hid_t object, const char* name, std::uint64_t value);
void put_attribute(hid_t object, const char* name, const std::string& value);
std::uint64_t number_attribute(hid_t object, const char* name, const std::string& where);

}  // namespace diwan::h5
