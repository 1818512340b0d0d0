// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <utility>

#include "driver/store/chain.hpp"
#include "driver/store/checkpoint_reader.hpp"
#include "driver/store/codec.hpp"
#include "driver/store/store.hpp"

namespace diwan {
namespace {

using Visit = std::function<void(Record&&)>;

/// Gives each record once, though a replay may start over.
class Delivery {
 public:
  explicit Delivery(const Visit& visit) : visit_(visit) {}
  std::uint64_t last() const { return last_; }
  void give(Record&& record) {
    last_ = record.number;
    visit_(std::move(record));
  }

 private:
  const Visit& visit_;
  std::uint64_t last_ = 0;
};

void replay_segment(SegmentReader& segment, Delivery& delivery) {
  while (const std::optional<SegmentReader::Frame> frame = segment.next()) {
    if (frame->number <= delivery.last()) {
      continue;
    }
    try {
      delivery.give({frame->number, frame->time, decode_event(frame->payload)});
    } catch (const CodecError& error) {
      throw StoreError(segment.path().string() + ": record " + std::to_string(frame->number) +
                       " at byte " + std::to_string(frame->place) + " cannot be read (" +
                       error.what() + ")");
    }
  }
}

ReplayReport replay_once(const std::filesystem::path& directory, Delivery& delivery) {
  // The checkpoint first: what it lacks is in segments that are there when we look for them, or a
  // newer checkpoint has replaced it meanwhile and we start over.
  std::optional<CheckpointReader> checkpoint;
  std::optional<StoreError> unreadable;
  try {
    checkpoint = CheckpointReader::open(directory / checkpoint_file);
  } catch (const StoreError& error) {
    unreadable = error;
  }
  Chain chain;
  try {
    chain = open_chain(directory, checkpoint ? checkpoint->head() : CheckpointHead{});
  } catch (const SegmentMissing&) {
    if (unreadable) {
      throw StoreError(*unreadable);
    }
    throw;
  }
  if (!checkpoint && chain.segments.empty()) {
    throw StoreError(unreadable ? *unreadable
                                : StoreError(directory.string() + ": holds no experiment"));
  }
  if (checkpoint) {
    checkpoint->records(delivery.last(), chain.checkpoint_end,
                        [&](Record&& record) { delivery.give(std::move(record)); });
  }
  ReplayReport report;
  for (std::size_t i = 0; i < chain.segments.size(); ++i) {
    SegmentReader& segment = chain.segments[i];
    replay_segment(segment, delivery);
    const bool is_tip = i + 1 == chain.segments.size();
    if (!is_tip && segment.next_number() != chain.segments[i + 1].header().first) {
      throw StoreError(chain.segments[i + 1].path().string() + ": begins with record " +
                       std::to_string(chain.segments[i + 1].header().first) +
                       ", but the one before it ends with " +
                       std::to_string(segment.next_number() - 1) +
                       "; restore the directory from a copy");
    }
    if (is_tip && segment.torn_bytes() > 0) {
      report.torn_bytes = segment.torn_bytes();
      report.torn_file = segment.path().string();
    }
  }
  report.last_record = delivery.last();
  return report;
}

}  // namespace

ReplayReport replay(const std::filesystem::path& directory, const Visit& visit) {
  Delivery delivery(visit);
  constexpr int tries = 20;  // an owner would have to make that many checkpoints while we look
  for (int i = 1;; ++i) {
    try {
      return replay_once(directory, delivery);
    } catch (const SegmentMissing&) {
      if (i == tries) {
        throw;
      }
    }
  }
}

bool holds_experiment(const std::filesystem::path& directory) {
  std::error_code error;
  if (std::filesystem::exists(directory / checkpoint_file, error)) {
    return true;
  }
  for (const SegmentName& name : list_segments(directory)) {
    std::optional<disk::File> file = disk::open_to_read(directory / to_string(name));
    if (file &&
        SegmentReader(*std::move(file), directory / to_string(name), std::nullopt).has_more()) {
      return true;
    }
  }
  return false;
}

}  // namespace diwan
