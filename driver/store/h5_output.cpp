// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "driver/store/h5.hpp"

namespace diwan::h5 {
namespace {

// For what the library adds to the bytes it is given: headers, indices, chunks that do not
// compress.
constexpr std::uint64_t margin_bytes = 256 << 10;
constexpr std::uint64_t flush_after_bytes = 16 << 20;

}  // namespace

Output::Output(const disk::File& file, std::filesystem::path path)
    : reserved_(file), path_(std::move(path)) {
  const Lock lock;
  const Handle access = access_list(path_.string());
  file_ = Handle(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access), H5Fclose,
                 "H5Fcreate", path_.string());
  need(0);
}

void Output::need(std::uint64_t bytes) {
  const Lock lock;
  if (pending_bytes_ + bytes > flush_after_bytes) {
    check(H5Fflush(file_, H5F_SCOPE_LOCAL), "H5Fflush", path_.string());
    pending_bytes_ = 0;
  }
  pending_bytes_ += bytes;
  hsize_t size = 0;
  check(H5Fget_filesize(file_, &size), "H5Fget_filesize", path_.string());
  const std::uint64_t wanted = size + pending_bytes_ + margin_bytes;
  if (wanted <= reserved_bytes_) {
    return;
  }
  // Twice the margin, so that this is not asked for each small piece.
  const std::uint64_t more = wanted + margin_bytes - reserved_bytes_;
  const int result = ::fallocate(reserved_.descriptor(), 0, static_cast<off_t>(reserved_bytes_),
                                 static_cast<off_t>(more));
  if (result != 0 && errno != EOPNOTSUPP && errno != ENOSYS) {
    throw StoreError(path_.string() + ": no room for " + std::to_string(wanted) + " bytes (" +
                     disk::error_text(errno) + ")");
  }
  reserved_bytes_ += more;
}

void Output::close() {
  const Lock lock;
  check(H5Fflush(file_, H5F_SCOPE_LOCAL), "H5Fflush", path_.string());
  hsize_t size = 0;
  check(H5Fget_filesize(file_, &size), "H5Fget_filesize", path_.string());
  file_.close("H5Fclose", path_.string());
  if (::ftruncate(reserved_.descriptor(), static_cast<off_t>(size)) != 0) {
    throw StoreError(path_.string() + ": cannot be cut to its length (" + disk::error_text(errno) +
                     ")");
  }
}

}  // namespace diwan::h5
