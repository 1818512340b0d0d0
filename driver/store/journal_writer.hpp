// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "driver/core/event.hpp"
#include "driver/store/segment.hpp"

namespace diwan {

/// Appends records to the segments of one epoch: one thread encodes and writes, another syncs, so
/// that neither the caller nor a write waits for the disk. All member functions may be called from
/// any thread.
class JournalWriter {
 public:
  /// Called from the threads of the writer.
  struct Hooks {
    std::function<void()> before_first_write;  ///< may throw StoreError
    /// About once a second while there is something to sync: why we may write no more.
    std::function<std::optional<std::string>()> fence;
  };

  JournalWriter(std::filesystem::path directory, SegmentHeader header, NewSegment segment,
                Hooks hooks);
  /// Writes and syncs what was appended.
  ~JournalWriter();
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  /// Numbers must follow those appended before. Returns at once.
  void append(std::vector<Record> records);
  /// Ends the segment behind the records appended so far and begins the next; then calls `done`
  /// from the writer's thread, unless there is a failure.
  void rotate(std::function<void()> done);

  std::uint64_t appended() const;
  std::uint64_t written() const { return written_.load(); }
  std::uint64_t synced() const { return synced_.load(); }
  std::uint64_t written_bytes() const { return written_bytes_.load(); }  ///< all segments together
  int wake_descriptor() const { return wake_.descriptor(); }
  std::optional<std::string> failure() const;
  void fail(std::string text);
  bool flush(std::chrono::milliseconds limit);

  SegmentName segment() const;

 private:
  using Item = std::variant<std::vector<Record>, std::function<void()>>;
  struct Batch;

  void write_all();
  void write(Item& item, Batch& batch);
  void put(Batch& batch);
  void begin_next_segment();
  void sync_all();
  void sync_once(std::unique_lock<std::mutex>& lock);
  bool failed() const;
  void wake() const;

  const std::filesystem::path directory_;
  const Hooks hooks_;
  const disk::File wake_;
  std::atomic<std::uint64_t> written_;
  std::atomic<std::uint64_t> synced_;
  std::atomic<std::uint64_t> written_bytes_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable work_;  ///< for the writer
  std::condition_variable tide_;  ///< for the syncer and those who wait in flush()
  std::vector<Item> queue_;
  std::uint64_t appended_;
  SegmentHeader header_;
  /// Shared, because the syncer may still sync a segment that the writer has closed.
  std::shared_ptr<const disk::File> file_;
  std::optional<std::string> failure_;
  std::chrono::steady_clock::time_point unsynced_since_;
  int flushing_ = 0;  ///< callers in flush()
  bool ending_ = false;
  bool written_out_ = false;  ///< the writer's thread is through
  bool sync_failed_ = false;  ///< or we may write no more

  std::uint64_t length_;  ///< of the present segment; the writer's thread alone
  bool first_ = true;
  std::chrono::steady_clock::time_point fenced_at_;

  std::thread writer_;
  std::thread syncer_;
};

}  // namespace diwan
