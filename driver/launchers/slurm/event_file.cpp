// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/event_file.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include "collectors/crc32c.hpp"

namespace diwan::slurm {
namespace {

constexpr std::size_t record_bytes = 64;
constexpr std::size_t host_at = 48;
constexpr std::string_view magic = "DWEV";

std::uint64_t number_at(std::string_view bytes, std::size_t place, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(bytes[place + i])} << (8 * i);
  }
  return value;
}

/// @param bytes  record_bytes of them
std::optional<TaskEvent> event_in(std::string_view bytes) {
  const auto word = [&](std::size_t place) {
    return static_cast<std::uint32_t>(number_at(bytes, place, 4));
  };
  if (!bytes.starts_with(magic) || crc32c(bytes.substr(8)) != word(4) || word(8) < 1 ||
      word(8) > 2) {
    return std::nullopt;
  }
  const std::string_view host = bytes.substr(host_at);
  return TaskEvent{
      .kind = static_cast<TaskEvent::Kind>(word(8)),
      .array = word(12),
      .task = word(16),
      .restarts = word(20),
      .job = word(24),
      .trial = word(28),
      .attempt = word(32),
      .wait_status = static_cast<int>(word(36)),
      .at = Time{std::chrono::microseconds{static_cast<std::int64_t>(number_at(bytes, 40, 8))}},
      .host = std::string{host.substr(0, host.find('\0'))}};
}

}  // namespace

std::vector<TaskEvent> EventFileReader::read() {
  std::vector<TaskEvent> events;
  const int file = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return events;
  }
  std::string bytes;
  std::array<char, 65536> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): by pread
  ssize_t count = 0;
  while ((count = pread(file, piece.data(), piece.size(),
                        static_cast<off_t>(offset_ + bytes.size()))) > 0) {
    bytes.append(piece.data(), static_cast<std::size_t>(count));
  }
  close(file);
  std::size_t taken = 0;
  for (std::size_t at = 0; at + record_bytes <= bytes.size();) {
    if (std::optional<TaskEvent> event =
            event_in(std::string_view{bytes}.substr(at, record_bytes))) {
      events.push_back(*std::move(event));
      at += record_bytes;
      taken = at;
    } else {
      at = std::min(bytes.find(magic, at + 1), bytes.size());
    }
  }
  offset_ += taken;
  return events;
}

}  // namespace diwan::slurm
