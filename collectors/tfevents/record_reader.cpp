// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/tfevents/record_reader.hpp"

#include <algorithm>
#include <limits>

#include "collectors/tfevents/little_endian.hpp"
#include "collectors/tfevents/masked_checksum.hpp"

namespace diwan {
namespace {

constexpr std::size_t length_bytes = 8;

}  // namespace

void RecordReader::feed(std::string_view bytes, RecordSink& sink) {
  while (!bytes.empty() && !lost_) {
    const std::uint64_t missing = to_pass_ > 0 ? to_pass_ : wanted_ - held_.size();
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(missing, bytes.size()));
    end_ += length;
    if (to_pass_ > 0) {
      to_pass_ -= length;
    } else {
      held_.append(bytes.substr(0, length));
    }
    bytes.remove_prefix(length);
    if (length < missing) {
      return;
    }
    if (held_.size() == head_bytes && wanted_ == head_bytes) {
      check_head(sink);
    } else if (!held_.empty()) {
      check_payload(sink);
    } else {
      begin_record();
    }
  }
}

void RecordReader::begin_record() {
  constexpr std::size_t kept_bytes = std::size_t{1} << 20;
  held_.clear();
  if (held_.capacity() > kept_bytes) {
    held_.shrink_to_fit();
  }
  wanted_ = head_bytes;
  begin_ = end_;
}

void RecordReader::check_head(RecordSink& sink) {
  const std::string_view head = held_;
  const auto length = little_endian<std::uint64_t>(head);
  const auto checksum = little_endian<std::uint32_t>(head.substr(length_bytes));
  if (masked_checksum(head.substr(0, length_bytes)) != checksum) {
    lost_ = true;
    held_ = {};
    sink.damaged(begin_ == 0 ? "no event file, or one damaged at its beginning"
                             : "a record whose length fails its checksum, so that nothing behind "
                               "it can be read",
                 begin_);
    return;
  }
  if (length > limit_bytes) {
    sink.damaged("a record of " + std::to_string(length) + " bytes, more than is read", begin_);
    held_.clear();
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    to_pass_ = length > most - checksum_bytes ? most : length + checksum_bytes;
    return;
  }
  wanted_ = head_bytes + static_cast<std::size_t>(length) + checksum_bytes;
}

void RecordReader::check_payload(RecordSink& sink) {
  const std::string_view payload =
      std::string_view(held_).substr(head_bytes, wanted_ - head_bytes - checksum_bytes);
  const auto checksum =
      little_endian<std::uint32_t>(std::string_view(held_).substr(wanted_ - checksum_bytes));
  if (masked_checksum(payload) == checksum) {
    sink.record(payload, begin_);
  } else {
    sink.damaged("a record that fails its checksum", begin_);
  }
  begin_record();
}

void RecordReader::finish(RecordSink& sink) {
  if (!lost_ && (!held_.empty() || to_pass_ > 0)) {
    sink.damaged("a record that the file ends within", begin_);
  }
  lost_ = true;
  held_ = {};
}

}  // namespace diwan
