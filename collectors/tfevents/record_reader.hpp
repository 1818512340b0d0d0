// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace diwan {

/// What a RecordReader finds; places are bytes from the beginning of the file.
class RecordSink {
 public:
  RecordSink() = default;
  RecordSink(const RecordSink&) = delete;
  RecordSink& operator=(const RecordSink&) = delete;
  virtual ~RecordSink() = default;

  /// The payload of a record whose checksums fit, valid during the call only.
  virtual void record(std::string_view payload, std::uint64_t at) = 0;
  /// A record that gives no payload, and why.
  virtual void damaged(std::string_view why, std::uint64_t at) = 0;
};

/// Cuts the framing of TensorFlow's event files into records, however the bytes arrive:
///
///     record := length: uint64, masked crc32c of the length: uint32,
///               payload: uint8[length], masked crc32c of the payload: uint32     (little-endian)
///
/// A payload that fails its checksum is passed over. Behind a length that fails its own nothing
/// can be found any more. A payload over `limit_bytes` is passed over, so that memory stays
/// bounded.
class RecordReader {
 public:
  static constexpr std::size_t limit_bytes = std::size_t{32} << 20;

  void feed(std::string_view bytes, RecordSink& sink);
  /// Tells of an unfinished last record.
  void finish(RecordSink& sink);

 private:
  static constexpr std::size_t head_bytes = 12;
  static constexpr std::size_t checksum_bytes = 4;

  void check_head(RecordSink& sink);
  void check_payload(RecordSink& sink);
  void begin_record();

  std::string held_;                 ///< of the present record
  std::size_t wanted_ = head_bytes;  ///< how much of it is held before the next check
  std::uint64_t to_pass_ = 0;        ///< how much of one over the limit is still to come
  std::uint64_t begin_ = 0;          ///< where the present record begins
  std::uint64_t end_ = 0;            ///< bytes fed
  bool lost_ = false;
};

}  // namespace diwan
