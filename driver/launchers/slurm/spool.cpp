// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/spool.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collectors/crc32c.hpp"

namespace diwan::slurm {
namespace {

constexpr std::size_t head_bytes = 8;
constexpr std::size_t read_at_once = std::size_t{1} << 20;

void put_number(std::string& out, std::size_t place, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) {
    out[place + i] = static_cast<char>((value >> (8 * i)) & 0xffU);
  }
}

std::uint32_t number_at(std::string_view bytes, std::size_t place) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value |= std::uint32_t{static_cast<unsigned char>(bytes[place + i])} << (8 * i);
  }
  return value;
}

}  // namespace

SpoolWriter::SpoolWriter(std::filesystem::path path) : path_{std::move(path)} {
  file_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (file_ < 0) {
    throw std::system_error{errno, std::generic_category(), path_.native()};
  }
}

SpoolWriter::~SpoolWriter() { close(file_); }

void SpoolWriter::add(SpoolKind kind, std::string_view body) {
  if (body.size() > longest_spool_body) {
    throw std::length_error{"a record of a spool would be longer than can be read"};
  }
  if (at_ > 0 && at_ == bytes_.size()) {
    bytes_.clear();
    at_ = 0;
  }
  const std::size_t place = bytes_.size();
  bytes_.append(head_bytes, '\0');
  bytes_.push_back(static_cast<char>(kind));
  bytes_ += body;
  const std::string_view covered = std::string_view{bytes_}.substr(place + head_bytes);
  put_number(bytes_, place, static_cast<std::uint32_t>(covered.size()));
  put_number(bytes_, place + 4, crc32c(covered));
}

int SpoolWriter::write() {
  while (at_ < bytes_.size()) {
    const ssize_t count = ::write(file_, bytes_.data() + at_, bytes_.size() - at_);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return count < 0 ? errno : ENOSPC;
    }
    at_ += static_cast<std::size_t>(count);
    dirty_ = true;
  }
  return 0;
}

int SpoolWriter::sync() {
  if (!dirty_) {
    return 0;
  }
  if (fdatasync(file_) != 0) {
    return errno;
  }
  dirty_ = false;
  return 0;
}

void SpoolWriter::touch() const { futimens(file_, nullptr); }

bool SpoolReader::fetch() {
  changed_ = false;
  const int file = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  exists_ = file >= 0;
  if (!exists_) {
    return false;
  }
  struct stat status {};
  const bool known = fstat(file, &status) == 0;
  if (known) {
    constexpr std::int64_t second_ns = 1'000'000'000;
    const std::int64_t change = status.st_mtim.tv_sec * second_ns + status.st_mtim.tv_nsec;
    changed_ = change != std::exchange(change_ns_, change);
  }
  std::size_t fetched = 0;
  std::array<char, 65536> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by pread
  // A record may be longer than what is read at once: as long as none is whole more is fetched.
  const auto is_more = [&] {
    return !known || static_cast<std::uint64_t>(status.st_size) > offset_ + fetched;
  };
  while (fetched < read_at_once && is_more()) {
    const ssize_t count =
        pread(file, piece.data(), piece.size(), static_cast<off_t>(offset_ + fetched));
    if (count <= 0) {
      break;
    }
    buffer_.append(piece.data(), static_cast<std::size_t>(count));
    fetched += static_cast<std::size_t>(count);
  }
  close(file);
  offset_ += fetched;
  return fetched > 0;
}

/// False where no whole record is left in the buffer. What was fetched of a record whose checksum
/// is wrong is forgotten, to be read again.
bool SpoolReader::take_record(std::vector<SpoolRecord>& records) {
  if (buffer_.size() < head_bytes) {
    return false;
  }
  const std::size_t length = number_at(buffer_, 0);
  const bool sound = length > 0 && length <= longest_spool_body + 1;
  if (sound && buffer_.size() < head_bytes + length) {
    return false;
  }
  const std::string_view covered =
      sound ? std::string_view{buffer_}.substr(head_bytes, length) : std::string_view{};
  if (!sound || crc32c(covered) != number_at(buffer_, 4)) {
    offset_ -= buffer_.size();
    buffer_.clear();
    return false;
  }
  records.push_back(
      {.kind = static_cast<SpoolKind>(covered.front()), .body = std::string{covered.substr(1)}});
  buffer_.erase(0, head_bytes + length);
  return true;
}

std::vector<SpoolRecord> SpoolReader::read() {
  std::vector<SpoolRecord> records;
  fetch();
  while (take_record(records)) {
  }
  return records;
}

}  // namespace diwan::slurm
