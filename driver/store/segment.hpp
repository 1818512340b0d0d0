// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "driver/store/disk.hpp"
#include "driver/store/frame.hpp"
#include "driver/store/store.hpp"

namespace diwan {

/// `journal.EPOCH.INDEX`.
struct SegmentName {
  std::uint64_t epoch = 0;
  std::uint64_t index = 0;
  // clang-tidy 14 takes the 0 of a rewritten comparison for a pointer.
  auto operator<=>(const SegmentName&) const = default;  // NOLINT(modernize-use-nullptr)
};
std::string to_string(const SegmentName& name);
std::optional<SegmentName> parse_segment_name(std::string_view file_name);

/// docs/journal.md, section 2.
struct SegmentHeader {
  struct Previous {
    SegmentName name;
    std::uint64_t length = 0;  ///< at which it was closed
    bool operator==(const Previous&) const = default;
  };
  SegmentName name;
  std::uint64_t first = 1;  ///< number of the first record
  std::optional<Previous> previous;
  OwnerIdentity owner;
  bool operator==(const SegmentHeader&) const = default;
};

/// A new segment under its name, with its header on disk, open for appending; nothing when there is
/// one of that name already. @throws StoreError.
struct NewSegment {
  disk::File file;
  std::uint64_t length = 0;
};
std::optional<NewSegment> make_segment(const std::filesystem::path& directory,
                                       const SegmentHeader& header);

/// Reads the frames of one segment in order, with memory for a few of them.
class SegmentReader {
 public:
  /// @param end  length at which the segment was closed; nothing for the tip of the journal, whose
  ///   present size is taken and whose last frame may be torn.
  /// @throws StoreError when this is no segment or its header is damaged.
  SegmentReader(disk::File file, std::filesystem::path path, std::optional<std::uint64_t> end);

  const SegmentHeader& header() const { return header_; }
  const std::filesystem::path& path() const { return path_; }

  struct Frame {
    std::uint64_t number = 0;
    Time time{};
    std::string_view payload;  ///< until the next call
    std::uint64_t place = 0;   ///< of the frame in the file
  };
  /// The next record; nothing at the end. @throws StoreError for damage.
  std::optional<Frame> next();

  /// Is there anything behind the last frame given?
  bool has_more() const { return place_ < end_; }
  /// Goes on with the segment as it is now. @param file  the same, opened anew; nothing: the one
  ///   that is held.
  /// @param end  as in the constructor; not before whole_bytes().
  void refresh(std::optional<disk::File> file, std::optional<std::uint64_t> end);
  /// Can so many bytes be read by the file that is held, though its name may be gone?
  bool holds(std::uint64_t length) const;
  /// The same frames again from the start.
  void rewind();
  /// Where the last whole frame ends, once next() gave nothing.
  std::uint64_t whole_bytes() const { return place_; }
  /// Bytes of an incomplete last frame, once next() gave nothing.
  std::uint64_t torn_bytes() const { return end_ - place_; }
  /// One more than the last record, once next() gave nothing.
  std::uint64_t next_number() const { return next_number_; }

 private:
  std::string_view bytes(std::size_t count);
  std::optional<std::string> fault();
  bool later_frame_follows();
  [[noreturn]] void damaged(const std::string& what) const;
  std::string_view header_frame();

  disk::File file_;
  std::filesystem::path path_;
  bool is_tip_;
  std::uint64_t end_ = 0;
  std::uint64_t place_ = 0;  ///< of the next frame
  std::uint64_t records_place_ = 0;
  std::uint64_t next_number_ = 0;
  SegmentHeader header_;
  std::string buffer_;  ///< the file's bytes from buffer_place_ on
  std::uint64_t buffer_place_ = 0;
};

}  // namespace diwan
