// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/journal_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

#include "driver/store/codec.hpp"
#include "driver/store/quiet_thread.hpp"

namespace diwan {
namespace {

using Clock = std::chrono::steady_clock;

// Records are on the disk within 100 ms: this long they wait for others, the rest is for the disk.
constexpr std::chrono::milliseconds sync_after{50};
constexpr std::chrono::seconds fence_after{1};
constexpr std::size_t largest_write_bytes = std::size_t{4} << 20;

}  // namespace

/// Frames on their way to one write.
struct JournalWriter::Batch {
  struct End {
    std::uint64_t number = 0;
    std::size_t bytes = 0;
  };
  std::string bytes;
  std::vector<End> ends;  ///< of each frame
};

JournalWriter::JournalWriter(std::filesystem::path directory, SegmentHeader header,
                             NewSegment segment, Hooks hooks)
    : directory_(std::move(directory)),
      hooks_(std::move(hooks)),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      written_(header.first - 1),
      synced_(header.first - 1),
      appended_(header.first - 1),
      header_(std::move(header)),
      file_(std::make_shared<const disk::File>(std::move(segment.file))),
      length_(segment.length),
      fenced_at_(Clock::now()) {
  if (!wake_) {
    throw StoreError("cannot make an event descriptor (" + disk::error_text(errno) + ")");
  }
  writer_ = quiet_thread([this] { write_all(); });
  syncer_ = quiet_thread([this] { sync_all(); });
}

JournalWriter::~JournalWriter() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  work_.notify_all();
  tide_.notify_all();
  writer_.join();
  syncer_.join();
}

void JournalWriter::append(std::vector<Record> records) {
  if (records.empty()) {
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    std::uint64_t due = appended_ + 1;
    for (const Record& record : records) {
      if (record.number != due++) {
        throw std::logic_error("record " + std::to_string(record.number) + " is appended where " +
                               std::to_string(due - 1) + " is due");
      }
    }
    appended_ = due - 1;
    if (!failure_) {
      queue_.emplace_back(std::move(records));
    }
  }
  work_.notify_one();
}

void JournalWriter::rotate(std::function<void()> done) {
  {
    const std::lock_guard lock(mutex_);
    queue_.emplace_back(std::move(done));
  }
  work_.notify_one();
}

std::uint64_t JournalWriter::appended() const {
  const std::lock_guard lock(mutex_);
  return appended_;
}

SegmentName JournalWriter::segment() const {
  const std::lock_guard lock(mutex_);
  return header_.name;
}

std::optional<std::string> JournalWriter::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

bool JournalWriter::failed() const {
  const std::lock_guard lock(mutex_);
  return failure_.has_value();
}

void JournalWriter::fail(std::string text) {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_) {
      failure_ = std::move(text);
    }
  }
  tide_.notify_all();
  wake();
}

bool JournalWriter::flush(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  ++flushing_;
  tide_.notify_all();
  const std::uint64_t wanted = appended_;
  tide_.wait_for(lock, limit, [&] { return synced_ >= wanted || failure_; });
  --flushing_;
  return synced_ >= wanted;
}

void JournalWriter::wake() const {
  const std::uint64_t one = 1;
  // Full only if it is readable already.
  [[maybe_unused]] const auto written = ::write(wake_.descriptor(), &one, sizeof one);
}

void JournalWriter::write_all() {
  Batch batch;
  std::vector<Item> items;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [&] { return !queue_.empty() || ending_; });
      if (queue_.empty()) {
        written_out_ = true;
        break;
      }
      items.clear();
      std::swap(items, queue_);
    }
    try {
      for (Item& item : items) {
        write(item, batch);
      }
      put(batch);
    } catch (const std::exception& error) {
      fail(error.what());
    }
  }
  tide_.notify_all();
}

void JournalWriter::write(Item& item, Batch& batch) {
  if (auto* done = std::get_if<std::function<void()>>(&item)) {
    put(batch);
    if (!failed()) {
      begin_next_segment();
      (*done)();
    }
    return;
  }
  for (const Record& record : std::get<std::vector<Record>>(item)) {
    const std::size_t place = begin_frame(batch.bytes);
    encode_event(record.event, batch.bytes);
    end_frame(batch.bytes, place, record.number, record.time);
    batch.ends.push_back({record.number, batch.bytes.size()});
    if (batch.bytes.size() >= largest_write_bytes) {
      put(batch);
    }
  }
}

void JournalWriter::put(Batch& batch) {
  const Batch frames{std::exchange(batch.bytes, {}), std::exchange(batch.ends, {})};
  if (frames.ends.empty() || failed()) {
    return;
  }
  if (std::exchange(first_, false) && hooks_.before_first_write) {
    hooks_.before_first_write();
  }
  const disk::Written written = disk::write(*file_, frames.bytes);
  const auto torn = std::ranges::upper_bound(frames.ends, written.bytes, {}, &Batch::End::bytes);
  bool syncer_sleeps = false;
  if (torn != frames.ends.begin()) {
    const Batch::End& last = *std::prev(torn);
    length_ += last.bytes;
    const std::lock_guard lock(mutex_);
    if (synced_ == written_) {
      unsynced_since_ = Clock::now();
      syncer_sleeps = true;
    }
    written_ = last.number;
    written_bytes_ += last.bytes;
  }
  if (written.error != 0) {
    // What is behind the last whole frame would be torn; if it cannot be cut, readers pass over it.
    [[maybe_unused]] const int cut = ::ftruncate(file_->descriptor(), static_cast<off_t>(length_));
    fail((directory_ / to_string(header_.name)).string() + ": cannot be written (" +
         disk::error_text(written.error) + "); all up to record " + std::to_string(written_) +
         " is kept: make it writable again, then run the same command to go on");
  }
  // Else it waits for more to sync at once, and need not hear of each.
  if (syncer_sleeps) {
    tide_.notify_all();
  }
  wake();
}

void JournalWriter::begin_next_segment() {
  disk::sync(*file_, directory_ / to_string(header_.name));
  SegmentHeader next = header_;
  ++next.name.index;
  next.first = written_ + 1;
  next.previous = {header_.name, length_};
  std::optional<NewSegment> segment = make_segment(directory_, next);
  if (!segment) {
    throw StoreError((directory_ / to_string(next.name)).string() +
                     ": exists already; another program writes to this directory");
  }
  {
    const std::lock_guard lock(mutex_);
    header_ = next;
    file_ = std::make_shared<const disk::File>(std::move(segment->file));
    synced_ = written_.load();
  }
  length_ = segment->length;
  tide_.notify_all();
  wake();
}

void JournalWriter::sync_all() {
  std::unique_lock lock(mutex_);
  const auto unsynced = [&] { return written_ > synced_ && !sync_failed_; };
  while (true) {
    tide_.wait(lock, [&] { return unsynced() || written_out_; });
    if (!unsynced()) {
      return;
    }
    tide_.wait_until(lock, unsynced_since_ + sync_after,
                     [&] { return flushing_ > 0 || ending_ || failure_; });
    sync_once(lock);
  }
}

void JournalWriter::sync_once(std::unique_lock<std::mutex>& lock) {
  const std::shared_ptr<const disk::File> file = file_;
  const std::uint64_t number = written_;
  const std::filesystem::path path = directory_ / to_string(header_.name);
  const auto begin = Clock::now();
  lock.unlock();
  std::optional<std::string> trouble;
  try {
    disk::sync(*file, path);
    if (hooks_.fence && begin - fenced_at_ >= fence_after) {
      fenced_at_ = begin;
      trouble = hooks_.fence();
    }
  } catch (const StoreError& error) {
    trouble = error.what();
  }
  if (trouble) {
    fail(*trouble);
  }
  lock.lock();
  if (trouble) {
    sync_failed_ = true;
  } else {
    synced_ = std::max(synced_.load(), number);
    unsynced_since_ = begin;
  }
  tide_.notify_all();
  wake();
}

}  // namespace diwan
