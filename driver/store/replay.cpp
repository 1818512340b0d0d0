// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <utility>

#include "driver/store/chain.hpp"
#include "driver/store/checkpoint_reader.hpp"
#include "driver/store/codec.hpp"
#include "driver/store/pass.hpp"
#include "driver/store/store.hpp"

namespace diwan {
namespace {

Pass pass_once(const std::filesystem::path& directory, Delivery& delivery) {
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
  Pass pass;
  for (std::size_t i = 0; i < chain.segments.size(); ++i) {
    delivery.give(chain.segments[i]);
    if (i + 1 < chain.segments.size()) {
      require_joint(chain.segments[i], chain.segments[i + 1]);
    }
  }
  if (!chain.segments.empty()) {
    note_torn(pass.tip.emplace(std::move(chain.segments.back())), pass.report);
  }
  pass.report.last_record = delivery.last();
  return pass;
}

}  // namespace

void Delivery::give(Record&& record) {
  last_ = record.number;
  visit_(std::move(record));
}

void Delivery::give(SegmentReader& segment) {
  while (const std::optional<SegmentReader::Frame> frame = segment.next()) {
    if (frame->number <= last_) {
      continue;
    }
    try {
      give(Record{frame->number, frame->time, decode_event(frame->payload)});
    } catch (const CodecError& error) {
      throw StoreError(segment.path().string() + ": record " + std::to_string(frame->number) +
                       " at byte " + std::to_string(frame->place) + " cannot be read (" +
                       error.what() + ")");
    }
  }
}

void require_joint(const SegmentReader& segment, const SegmentReader& next) {
  if (segment.next_number() != next.header().first) {
    throw StoreError(next.path().string() + ": begins with record " +
                     std::to_string(next.header().first) + ", but the one before it ends with " +
                     std::to_string(segment.next_number() - 1) +
                     "; restore the directory from a copy");
  }
}

void note_torn(const SegmentReader& tip, ReplayReport& report) {
  report.torn_bytes = tip.torn_bytes();
  report.torn_file = tip.torn_bytes() > 0 ? tip.path().string() : "";
}

Pass pass_through(const std::filesystem::path& directory, Delivery& delivery) {
  constexpr int tries = 20;  // an owner would have to make that many checkpoints while we look
  for (int i = 1;; ++i) {
    try {
      return pass_once(directory, delivery);
    } catch (const SegmentMissing&) {
      if (i == tries) {
        throw;
      }
    }
  }
}

ReplayReport replay(const std::filesystem::path& directory, const Delivery::Visit& visit) {
  Delivery delivery(visit);
  return pass_through(directory, delivery).report;
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
