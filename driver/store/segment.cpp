// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/segment.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>

#include <unistd.h>

#include "driver/store/json_reader.hpp"
#include "driver/store/json_writer.hpp"
#include "driver/store/owner.hpp"

namespace diwan {
namespace {

constexpr std::string_view prefix = "journal.";
constexpr std::size_t read_ahead_bytes = std::size_t{1} << 20;

std::optional<std::uint64_t> plain_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '0' || error != std::errc{} ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::string encode(const SegmentHeader& header) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("epoch").integer(header.name.epoch);
  json.key("segment").integer(header.name.index).key("first").integer(header.first);
  if (header.previous) {
    json.key("previous").begin_object();
    json.key("file").text(to_string(header.previous->name));
    json.key("length").integer(header.previous->length).end_object();
  }
  json.key("owner").begin_object();
  write_members(json, header.owner);
  json.end_object().end_object();
  return out;
}

SegmentHeader::Previous decode_previous(JsonReader& json) {
  SegmentHeader::Previous previous;
  json.object([&](std::string_view key) {
    if (key == "file") {
      const std::optional<SegmentName> name = parse_segment_name(json.text());
      if (!name) {
        json.fail("no name of a segment");
      }
      previous.name = *name;
    } else if (key == "length") {
      previous.length = json.integer<std::uint64_t>();
    } else {
      json.skip();
    }
  });
  return previous;
}

SegmentHeader decode_header(std::string_view payload) {
  SegmentHeader header;
  JsonReader json(payload);
  json.object([&](std::string_view key) {
    if (key == "epoch") {
      header.name.epoch = json.integer<std::uint64_t>();
    } else if (key == "segment") {
      header.name.index = json.integer<std::uint64_t>();
    } else if (key == "first") {
      header.first = json.integer<std::uint64_t>();
    } else if (key == "previous") {
      header.previous = decode_previous(json);
    } else if (key == "owner") {
      header.owner = read_owner_members(json).identity;
    } else {
      json.skip();
    }
  });
  json.end();
  return header;
}

}  // namespace

std::string to_string(const SegmentName& name) {
  return std::string(prefix) + std::to_string(name.epoch) + "." + std::to_string(name.index);
}

std::optional<SegmentName> parse_segment_name(std::string_view file_name) {
  if (!file_name.starts_with(prefix)) {
    return std::nullopt;
  }
  file_name.remove_prefix(prefix.size());
  const std::size_t dot = file_name.find('.');
  if (dot == std::string_view::npos) {
    return std::nullopt;
  }
  const auto epoch = plain_number(file_name.substr(0, dot));
  const auto index = plain_number(file_name.substr(dot + 1));
  if (!epoch || !index) {
    return std::nullopt;
  }
  return SegmentName{*epoch, *index};
}

std::optional<NewSegment> make_segment(const std::filesystem::path& directory,
                                       const SegmentHeader& header) {
  std::string bytes(journal_magic);
  const std::size_t place = begin_frame(bytes);
  bytes += encode(header);
  const auto now = std::chrono::system_clock::now();
  end_frame(bytes, place, 0, std::chrono::time_point_cast<std::chrono::microseconds>(now));

  const std::filesystem::path path = directory / to_string(header.name);
  auto made = disk::make_temporary(directory);
  disk::File& file = made.first;
  const std::filesystem::path& temporary = made.second;
  const auto fail = [&](const char* what, int error) {
    ::unlink(temporary.c_str());
    disk::cannot(path, what, error);
  };
  if (const disk::Written written = disk::write(file, bytes); written.error != 0) {
    fail("write it", written.error);
  }
  if (::fdatasync(file.descriptor()) != 0) {
    fail("bring it to the disk", errno);
  }
  // link, not rename: an existing segment is never replaced, so one of two takers of an epoch wins.
  // He may also have cleared our temporary file away.
  const bool refused = ::link(temporary.c_str(), path.c_str()) != 0;
  if (refused && errno != EEXIST && errno != ENOENT) {
    fail("make it", errno);
  }
  // NFS repeats a request whose answer was lost, and then says that the name is taken: by us.
  const bool taken = refused && disk::link_count(file, path) != 2;
  ::unlink(temporary.c_str());
  if (taken) {
    return std::nullopt;
  }
  disk::sync_directory(directory);
  return NewSegment{std::move(file), bytes.size()};
}

SegmentReader::SegmentReader(disk::File file, std::filesystem::path path,
                             std::optional<std::uint64_t> end)
    : file_(std::move(file)), path_(std::move(path)), is_tip_(!end) {
  const std::uint64_t size = disk::size_of(file_, path_);
  end_ = end.value_or(size);
  if (size < end_) {
    place_ = size;
    damaged("it ends there, but its successor says that it has " + std::to_string(end_) + " bytes");
  }
  const std::string_view magic = bytes(journal_magic.size());
  if (magic.substr(0, 6) != journal_magic.substr(0, 6)) {
    throw StoreError(path_.string() + ": is no journal of Diwan (its first bytes differ)");
  }
  if (magic != journal_magic) {
    throw StoreError(path_.string() +
                     ": is of another version of the journal; use the Diwan that wrote it");
  }
  place_ = magic.size();
  try {
    header_ = decode_header(header_frame());
  } catch (const JsonError& error) {
    damaged(std::string("its header cannot be read: ") + error.what());
  }
  const std::optional<SegmentName> name = parse_segment_name(path_.filename().string());
  if (name && *name != header_.name) {
    damaged("its header says that it is " + diwan::to_string(header_.name));
  }
  records_place_ = place_;
  next_number_ = header_.first;
}

std::string_view SegmentReader::header_frame() {
  const std::string_view head = bytes(frame_head_bytes);
  const std::uint32_t length = head.size() < frame_head_bytes ? 0 : frame_head(head).length;
  const std::string_view frame = bytes(frame_head_bytes + length);
  if (length == 0 || frame.size() < frame_head_bytes + length || !is_intact(frame) ||
      frame_head(frame).number != 0) {
    damaged("its header is incomplete or has a wrong checksum");
  }
  place_ += frame.size();
  return frame.substr(frame_head_bytes);
}

void SegmentReader::rewind() {
  place_ = records_place_;
  next_number_ = header_.first;
}

bool SegmentReader::holds(std::uint64_t length) const {
  try {
    return disk::size_of(file_, path_) >= length;
  } catch (const StoreError&) {  // on NFS it is gone with its name
    return false;
  }
}

void SegmentReader::refresh(std::optional<disk::File> file, std::optional<std::uint64_t> end) {
  if (file) {
    file_ = *std::move(file);
  }
  is_tip_ = !end;
  end_ = end.value_or(disk::size_of(file_, path_));
  buffer_.clear();  // a frame that was torn
  if (end_ < place_) {
    damaged("it has become shorter");
  }
}

/// Up to `count` bytes at place_; fewer at the end.
std::string_view SegmentReader::bytes(std::size_t count) {
  const std::uint64_t left = end_ - std::min(end_, place_);
  count = static_cast<std::size_t>(std::min<std::uint64_t>(count, left));
  const bool here = place_ >= buffer_place_ && place_ + count <= buffer_place_ + buffer_.size();
  if (!here) {
    const std::uint64_t wanted = std::min<std::uint64_t>(left, std::max(count, read_ahead_bytes));
    buffer_.resize(static_cast<std::size_t>(wanted));
    buffer_place_ = place_;
    buffer_.resize(disk::read_at(file_, path_, place_, buffer_));
  }
  return std::string_view(buffer_).substr(static_cast<std::size_t>(place_ - buffer_place_), count);
}

/// What is wrong with the frame at place_; nothing if it is whole and the one that is due.
std::optional<std::string> SegmentReader::fault() {
  const std::string_view head_bytes = bytes(frame_head_bytes);
  if (head_bytes.size() < frame_head_bytes) {
    return "the file ends within a record";
  }
  const FrameHead head = frame_head(head_bytes);
  if (head.length > longest_payload_bytes || head.length > end_ - place_ - frame_head_bytes) {
    return "record " + std::to_string(next_number_) + " has an impossible length (" +
           std::to_string(head.length) + ")";
  }
  const std::string_view frame = bytes(frame_head_bytes + head.length);
  if (frame.size() < frame_head_bytes + head.length || !is_intact(frame)) {
    return "the checksum of record " + std::to_string(next_number_) + " is wrong";
  }
  if (head.number != next_number_) {
    return "record " + std::to_string(head.number) + " stands where " +
           std::to_string(next_number_) + " is due";
  }
  return std::nullopt;
}

std::optional<SegmentReader::Frame> SegmentReader::next() {
  if (place_ >= end_) {
    return std::nullopt;
  }
  if (const std::optional<std::string> what = fault()) {
    if (is_tip_ && !later_frame_follows()) {
      return std::nullopt;  // torn: not yet written
    }
    damaged(*what);
  }
  const FrameHead head = frame_head(bytes(frame_head_bytes));
  const std::string_view frame = bytes(frame_head_bytes + head.length);
  const Frame result{head.number, Time(std::chrono::microseconds(head.time)),
                     frame.substr(frame_head_bytes), place_};
  place_ += frame.size();
  ++next_number_;
  return result;
}

/// Is there a whole frame of a later record somewhere behind place_? Then what is at place_ was
/// whole once, and is damaged, not torn.
bool SegmentReader::later_frame_follows() {
  const std::string_view rest = bytes(static_cast<std::size_t>(end_ - place_));
  for (std::size_t i = 0; i + frame_head_bytes <= rest.size(); ++i) {
    const FrameHead head = frame_head(rest.substr(i));
    const bool later = head.number >= next_number_ && head.number - next_number_ <= rest.size();
    const bool fits = head.length <= rest.size() - i - frame_head_bytes;
    if ((later || i == 0) && fits && is_intact(rest.substr(i, frame_head_bytes + head.length))) {
      return true;
    }
  }
  return false;
}

void SegmentReader::damaged(const std::string& what) const {
  throw StoreError(path_.string() + ": damaged at byte " + std::to_string(place_) + ": " + what +
                   "; restore the directory from a copy");
}

}  // namespace diwan
