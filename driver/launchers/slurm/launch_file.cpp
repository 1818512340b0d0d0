// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/launch_file.hpp"

#include <fstream>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "driver/launchers/slurm/durable_file.hpp"
#include "driver/launchers/supervisor/protocol.hpp"

namespace diwan::slurm {
namespace {

/// With a version, for what RunSettings and Launch hold: launch_file_test says when to raise it.
constexpr std::string_view magic{"DIWANA\x02\x00", 8};
constexpr std::size_t head_bytes = 16;

void put_number(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) {
    out.push_back(static_cast<char>((value >> (8 * i)) & 0xffU));
  }
}

/// Reads the parts of one file.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path)
      : path_{path}, stream_{path, std::ios::binary} {
    if (!stream_) {
      fail(
          "cannot be read; it is written before the job is submitted, so look whether this host "
          "sees the experiment directory");
    }
    const std::string head = bytes_at(0, head_bytes);
    if (!std::string_view{head}.starts_with(magic)) {
      fail("is no list of launches of this version of diwan");
    }
    count_ = static_cast<std::uint32_t>(number(head, magic.size(), 4));
  }

  std::uint32_t count() const { return count_; }

  /// The frame at this place: 0 of the settings, then of the rows.
  std::string frame(std::uint32_t index) {
    const std::string places = bytes_at(head_bytes + std::uint64_t{8} * index, 16);
    const std::uint64_t begin = number(places, 0, 8);
    const std::uint64_t end = number(places, 8, 8);
    if (end < begin || end - begin > longest_frame_bytes + 4) {
      fail("is damaged");
    }
    return bytes_at(begin, static_cast<std::size_t>(end - begin));
  }

  template <class T>
  T message(std::uint32_t index) {
    try {
      Message message = decode(frame(index));
      if (auto* wanted = std::get_if<T>(&message)) {
        return std::move(*wanted);
      }
    } catch (const ProtocolError& error) {
      fail(std::string{"is damaged: "} + error.what());
    }
    fail("is damaged: a part is not what it should be");
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw LaunchFileError{path_.native() + ": " + what};
  }

 private:
  static std::uint64_t number(std::string_view bytes, std::size_t place, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      value |= std::uint64_t{static_cast<unsigned char>(bytes[place + i])} << (8 * i);
    }
    return value;
  }

  std::string bytes_at(std::uint64_t place, std::size_t size) {
    std::string bytes(size, '\0');
    if (place > static_cast<std::uint64_t>(std::numeric_limits<std::streamoff>::max())) {
      fail("is damaged");
    }
    stream_.seekg(static_cast<std::streamoff>(place));
    if (!stream_.read(bytes.data(), static_cast<std::streamsize>(size))) {
      fail("ends too early");
    }
    return bytes;
  }

  std::filesystem::path path_;
  std::ifstream stream_;
  std::uint32_t count_ = 0;
};

}  // namespace

void write_launch_file(const std::filesystem::path& path, const RunSettings& settings,
                       std::span<const Launch> launches) {
  const std::uint64_t frames_at = head_bytes + 8 * (launches.size() + 2);
  std::string frames = encode(Configure{settings});
  std::vector<std::uint64_t> places = {frames_at, frames_at + frames.size()};
  for (const Launch& launch : launches) {
    encode(Start{launch, 0}, frames);
    places.push_back(frames_at + frames.size());
  }
  std::string text{magic};
  put_number(text, launches.size(), 4);
  put_number(text, 0, 4);
  for (const std::uint64_t place : places) {
    put_number(text, place, 8);
  }
  write_durably(path, text + frames);
}

RunSettings read_settings(const std::filesystem::path& path) {
  return Reader{path}.message<Configure>(0).settings;
}

Launch read_launch(const std::filesystem::path& path, std::uint32_t row) {
  Reader reader{path};
  if (row >= reader.count()) {
    reader.fail("has " + std::to_string(reader.count()) + " rows, and none of number " +
                std::to_string(row));
  }
  return std::move(reader.message<Start>(row + 1).launch);
}

std::vector<RunKey> read_runs(const std::filesystem::path& path) {
  Reader reader{path};
  std::vector<RunKey> runs;
  for (std::uint32_t i = 0; i < reader.count(); ++i) {
    const std::string frame = reader.frame(i + 1);
    const std::optional<RunKey> run = run_of(frame);
    if (!run) {
      reader.fail("is damaged: a row names no run");
    }
    runs.push_back(*run);
  }
  return runs;
}

}  // namespace diwan::slurm
