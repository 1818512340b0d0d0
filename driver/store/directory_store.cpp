// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <sys/eventfd.h>

#include "driver/store/chain.hpp"
#include "driver/store/checkpoint_writer.hpp"
#include "driver/store/h5.hpp"
#include "driver/store/journal_writer.hpp"
#include "driver/store/ownership.hpp"
#include "driver/store/quiet_thread.hpp"
#include "driver/store/store.hpp"

namespace diwan {
namespace {

using Clock = std::chrono::steady_clock;

/// One checkpoint to make: its state, and the segment that follows it.
struct CheckpointWork {
  std::shared_ptr<const Experiment> snapshot;
  CheckpointNames names;
  SegmentName keep_from;
  std::uint64_t journal_bytes = 0;  ///< written when it was asked for
};

class DirectoryStore final : public Store {
 public:
  DirectoryStore(std::filesystem::path directory, Ownership ownership, const Options& options);
  ~DirectoryStore() override;
  DirectoryStore(const DirectoryStore&) = delete;
  DirectoryStore& operator=(const DirectoryStore&) = delete;

  std::uint64_t epoch() const override { return epoch_; }
  ReplayReport replay(const std::function<void(Record&&)>& visit) override;
  void append(std::vector<Record> records) override { journal_->append(std::move(records)); }
  std::uint64_t written() const override { return journal_->written(); }
  std::uint64_t synced() const override { return journal_->synced(); }
  int wake_descriptor() const override { return journal_->wake_descriptor(); }
  std::optional<std::string> failure() const override { return journal_->failure(); }
  std::optional<std::string> checkpoint_failure() const override;
  bool flush(std::chrono::milliseconds limit) override { return journal_->flush(limit); }
  bool checkpoint_due() const override;
  std::chrono::milliseconds checkpoint_took() const override;
  void checkpoint(std::shared_ptr<const Experiment> snapshot,
                  const CheckpointNames& names) override;
  void save(std::shared_ptr<const Experiment> snapshot, const CheckpointNames& names) override;
  void close(std::shared_ptr<const Experiment> snapshot, const CheckpointNames& names,
             const std::optional<std::string>& outcome) override;

 private:
  JournalWriter::Hooks hooks() const;
  void check_fold(const Experiment& snapshot) const;
  void make_checkpoints();
  void make(const CheckpointWork& work);
  void end_checkpoints();
  void give_up();

  const std::filesystem::path directory_;
  const Options options_;
  const std::uint64_t epoch_;
  const ReplayReport found_;
  ReservedFile outcome_;

  mutable std::mutex mutex_;
  std::condition_variable change_;
  std::optional<CheckpointWork> work_;
  bool busy_ = false;  ///< from checkpoint() until it is made or has failed
  bool ending_ = false;
  bool given_up_ = false;
  bool library_broken_ = false;  ///< no checkpoint any more in this process
  std::optional<std::string> checkpoint_failure_;
  Clock::time_point checkpoint_end_ = Clock::now();
  Clock::duration checkpoint_took_{};
  std::uint64_t checkpoint_bytes_;
  std::uint64_t checkpoint_record_;
  std::uint64_t older_tail_bytes_;      ///< of the owners before us, not yet in a checkpoint
  std::uint64_t journal_bytes_in_ = 0;  ///< of our own, in the checkpoint

  std::unique_ptr<JournalWriter> journal_;
  std::thread checkpointer_;
};

DirectoryStore::DirectoryStore(std::filesystem::path directory, Ownership ownership,
                               const Options& options)
    : directory_(std::move(directory)),
      options_(options),
      epoch_(ownership.header.name.epoch),
      found_(ownership.found),
      outcome_(std::move(ownership.outcome)),
      checkpoint_bytes_(ownership.checkpoint_bytes),
      checkpoint_record_(ownership.checkpoint_record),
      older_tail_bytes_(ownership.tail_bytes),
      journal_(std::make_unique<JournalWriter>(directory_, ownership.header,
                                               std::move(ownership.segment), hooks())),
      checkpointer_(quiet_thread([this] { make_checkpoints(); })) {}

DirectoryStore::~DirectoryStore() {
  end_checkpoints();
  try {
    give_up();
  } catch (const StoreError&) {
    // The next owner sees that our process is gone.
  }
}

JournalWriter::Hooks DirectoryStore::hooks() const {
  return {[this] { disk::remove(directory_ / "outcome"); },
          [this]() -> std::optional<std::string> {
            if (is_ours(directory_, epoch_)) {
              return std::nullopt;
            }
            return directory_.string() +
                   ": another coordinator has taken it, or removed its owner " +
                   "file; this one writes no more";
          }};
}

ReplayReport DirectoryStore::replay(const std::function<void(Record&&)>& visit) {
  ReplayReport report = diwan::replay(directory_, visit);
  report.torn_bytes = found_.torn_bytes;
  report.torn_file = found_.torn_file;
  return report;
}

std::optional<std::string> DirectoryStore::checkpoint_failure() const {
  const std::lock_guard lock(mutex_);
  return checkpoint_failure_;
}

std::chrono::milliseconds DirectoryStore::checkpoint_took() const {
  const std::lock_guard lock(mutex_);
  return std::chrono::ceil<std::chrono::milliseconds>(checkpoint_took_);
}

bool DirectoryStore::checkpoint_due() const {
  const std::lock_guard lock(mutex_);
  const std::uint64_t own = journal_->written_bytes() - journal_bytes_in_;
  const std::uint64_t tail = own + older_tail_bytes_;
  // A checkpoint may take a twentieth of the time at most, and one that failed is not repeated at
  // once.
  const Clock::duration pause = 20 * checkpoint_took_;
  const Clock::duration since = Clock::now() - checkpoint_end_;
  if (busy_ || ending_ || library_broken_ || tail == 0 ||
      journal_->appended() == checkpoint_record_ || since < pause) {
    return false;
  }
  const bool is_long = tail > std::max(options_.segment_bytes, checkpoint_bytes_ / 2);
  const bool is_small = checkpoint_bytes_ <= options_.segment_bytes;
  const bool retry = checkpoint_failure_.has_value();
  return (is_long && !retry) || ((is_small || retry) && since >= options_.checkpoint_after);
}

void DirectoryStore::checkpoint(std::shared_ptr<const Experiment> snapshot,
                                const CheckpointNames& names) {
  check_fold(*snapshot);
  {
    const std::lock_guard lock(mutex_);
    if (busy_ || ending_ || library_broken_ || journal_->failure()) {
      return;
    }
    busy_ = true;
  }
  journal_->rotate([this, snapshot = std::move(snapshot), names] {
    const std::lock_guard lock(mutex_);
    work_ = CheckpointWork{snapshot, names, journal_->segment(), journal_->written_bytes()};
    change_.notify_all();
  });
}

/// A checkpoint of less would end with segments deleted that it does not hold.
void DirectoryStore::check_fold(const Experiment& snapshot) const {
  if (snapshot.last_record() != journal_->appended()) {
    throw std::logic_error("the state is the fold of " + std::to_string(snapshot.last_record()) +
                           " records, but " + std::to_string(journal_->appended()) +
                           " were appended");
  }
}

void DirectoryStore::make_checkpoints() {
  std::unique_lock lock(mutex_);
  while (true) {
    change_.wait(lock, [&] { return work_ || ending_; });
    if (!work_) {
      return;
    }
    const CheckpointWork work = *std::exchange(work_, std::nullopt);
    lock.unlock();
    make(work);
    lock.lock();
    busy_ = false;
    change_.notify_all();
  }
}

void DirectoryStore::make(const CheckpointWork& work) {
  const auto begin = Clock::now();
  std::optional<std::string> failure;
  bool library_broken = false;
  std::uint64_t bytes = 0;
  try {
    bytes = write_checkpoint(directory_, epoch_, *work.snapshot, work.names, work.keep_from);
  } catch (const h5::Failure& error) {
    failure = error.what();
    library_broken = true;
  } catch (const StoreError& error) {
    failure = error.what();
  }
  {
    const std::lock_guard lock(mutex_);
    library_broken_ = library_broken;
    checkpoint_end_ = Clock::now();
    checkpoint_took_ = checkpoint_end_ - begin;
    checkpoint_failure_ = failure;
    if (!failure) {
      checkpoint_bytes_ = bytes;
      checkpoint_record_ = work.snapshot->last_record();
      older_tail_bytes_ = 0;
      journal_bytes_in_ = work.journal_bytes;
    }
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto woken = ::eventfd_write(journal_->wake_descriptor(), one);
}

/// No further checkpoint begins; the one being made is finished.
void DirectoryStore::end_checkpoints() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  change_.notify_all();
  if (checkpointer_.joinable()) {
    checkpointer_.join();
  }
}

void DirectoryStore::close(std::shared_ptr<const Experiment> snapshot, const CheckpointNames& names,
                           const std::optional<std::string>& outcome) {
  end_checkpoints();
  journal_->flush(std::chrono::hours(1));
  if (snapshot) {
    save(std::move(snapshot), names);
  }
  try {
    if (outcome && is_ours(directory_, epoch_)) {
      outcome_.become(directory_ / "outcome", *outcome + "\n");
    }
    give_up();
  } catch (const StoreError& error) {
    journal_->fail(error.what());
  }
}

void DirectoryStore::save(std::shared_ptr<const Experiment> snapshot,
                          const CheckpointNames& names) {
  end_checkpoints();
  journal_->flush(std::chrono::hours(1));
  if (journal_->failure()) {
    return;
  }
  check_fold(*snapshot);
  if (snapshot->last_record() == checkpoint_record_) {
    return;  // it holds everything
  }
  if (!library_broken_) {
    make({std::move(snapshot), names, SegmentName{epoch_ + 1, 1}, 0});
  }
  if (const std::optional<std::string> failure = checkpoint_failure()) {
    journal_->fail(*failure);
  }
}

/// Leaves the directory to others, if it is still ours.
void DirectoryStore::give_up() {
  if (std::exchange(given_up_, true)) {
    return;
  }
  journal_->flush(std::chrono::hours(1));
  if (!is_ours(directory_, epoch_)) {
    return;
  }
  const SegmentName own = journal_->segment();
  const bool all_in_checkpoint = journal_->appended() == checkpoint_record_;
  const bool untouched = journal_->appended() == found_.last_record && own.index == 1;
  for (const SegmentName& name : list_segments(directory_)) {
    if ((all_in_checkpoint && name <= own) || (untouched && name == own)) {
      disk::remove(directory_ / to_string(name));
    }
  }
  disk::remove(directory_ / "owner");
  disk::sync_directory(directory_);
}

}  // namespace

std::unique_ptr<Store> Store::open(const std::filesystem::path& directory,
                                   const OwnerIdentity& identity, const Options& options) {
  std::filesystem::path absolute = std::filesystem::absolute(directory).lexically_normal();
  if (!absolute.has_filename()) {
    absolute = absolute.parent_path();  // "e.diwan/"
  }
  return std::make_unique<DirectoryStore>(
      absolute, take_directory(absolute, identity, options.take_over), options);
}

}  // namespace diwan
