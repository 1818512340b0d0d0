// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "algorithms/space/parameter.hpp"
#include "algorithms/space/search_space.hpp"
#include "driver/core/event.hpp"
#include "driver/core/experiment.hpp"

namespace diwan {

/// The directory cannot be used as it is: another owner, another experiment, damage. Exit status 2.
struct StoreError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The disk does not take what is written: it is full, read-only, over quota or broken. Exit status
/// 74.
struct DiskFailure : StoreError {
  using StoreError::StoreError;
};

/// Who is about to own a directory.
struct OwnerIdentity {
  std::string host;
  std::string boot_id;
  std::int64_t pid = 0;
  std::uint64_t process_start = 0;  ///< clock ticks since boot, /proc/PID/stat field 22
  std::string job_id;
  std::uint32_t restart_count = 0;
  std::uint64_t pid_namespace = 0;  ///< inode of /proc/self/ns/pid; 0: not known
  bool operator==(const OwnerIdentity&) const = default;
};
OwnerIdentity this_process();

/// State of the owner file, seen from here.
struct OwnerState {
  OwnerIdentity identity;
  std::uint64_t epoch = 0;
  enum class Life { alive, gone, unknown } life = Life::unknown;
  std::string text;  ///< "process 1234 on node7 (job 42)"
};
std::optional<OwnerState> read_owner(const std::filesystem::path& directory);

/// What replaying a directory told.
struct ReplayReport {
  std::uint64_t last_record = 0;
  std::uint64_t torn_bytes = 0;  ///< of an unfinished last record
  std::string torn_file;
};

/// Every record since the beginning, in order: checkpoint, then journal. A torn tail is treated as
/// not yet written. Safe beside a running owner (on a race with its checkpoint it starts over:
/// `visit` is called only with records that follow the last one).
/// @throws StoreError for damage before the tail, naming file and byte, or if there is no
/// experiment.
ReplayReport replay(const std::filesystem::path& directory,
                    const std::function<void(Record&&)>& visit);

/// Is there an experiment in this directory?
bool holds_experiment(const std::filesystem::path& directory);

/// A column's worth of facts that the HDF5 file shows and the records do not hold by themselves.
struct CheckpointNames {
  std::string experiment;
  std::vector<std::string> parameters;
  /// The text given to a trial for parameter p with value v; empty when inactive.
  std::function<std::string(std::size_t parameter, double value)> text;
  /// Value as /assignments has it: the category's index, a discrete's number.
  std::function<double(std::size_t parameter, double value)> number;
  /// For /parameters and /parameter_values, in the order of `parameters`; may be empty.
  std::vector<Parameter> domains;
};
/// All of it from the search space. The functions are called from a thread of the store.
CheckpointNames checkpoint_names(std::string experiment, const SearchSpace& space);

/// The one writer of a directory. Threads of its own own the disk; the caller never waits for it,
/// except in open(), flush() and close(). Destroyed without close(), it brings what was appended to
/// the disk and gives the directory up.
class Store {
 public:
  struct Options {
    bool take_over = false;
    std::uint64_t segment_bytes = 64ull << 20;  ///< a checkpoint is due beyond this tail
    std::chrono::seconds checkpoint_after{30};  ///< and after this time while the file is small
  };

  /// Takes ownership: refuses a live owner (naming it and --take-over), opens a new epoch, cuts a
  /// torn tail. Makes the directory (0700) when there is none. A failure leaves the directory as it
  /// was.
  /// @throws StoreError, DiskFailure.
  static std::unique_ptr<Store> open(const std::filesystem::path& directory,
                                     const OwnerIdentity& identity, const Options& options);

  virtual ~Store() = default;
  virtual std::uint64_t epoch() const = 0;
  /// Records so far, for the new owner to fold; as replay().
  virtual ReplayReport replay(const std::function<void(Record&&)>& visit) = 0;
  /// Hands records to the writer, in order of number. Returns at once. The first removes
  /// DIR/outcome.
  virtual void append(std::vector<Record> records) = 0;
  /// All records up to this number are in the file (survives our death) / on the disk (power loss).
  virtual std::uint64_t written() const = 0;
  virtual std::uint64_t synced() const = 0;
  /// Readable when written() or synced() grew, a checkpoint ended or the disk failed. An eventfd:
  /// read eight bytes to reset it.
  virtual int wake_descriptor() const = 0;
  /// What went wrong with the disk; the state can no longer be written. Exit status 74.
  virtual std::optional<std::string> failure() const = 0;
  /// Why the last checkpoint could not be made; it is tried again later, and the journal has
  /// everything.
  virtual std::optional<std::string> checkpoint_failure() const = 0;
  /// Waits until all is synced, at most `limit`; false if not.
  virtual bool flush(std::chrono::milliseconds limit) = 0;
  /// Is it time for a checkpoint?
  virtual bool checkpoint_due() const = 0;
  /// How long the last checkpoint took; 0: there was none.
  virtual std::chrono::milliseconds checkpoint_took() const = 0;
  /// Starts a checkpoint beside the caller, unless one is being made: the snapshot must be the fold
  /// of exactly the records appended so far.
  virtual void checkpoint(std::shared_ptr<const Experiment> snapshot,
                          const CheckpointNames& names) = 0;
  /// The last checkpoint, unless there is nothing new. See failure() afterwards: it says what
  /// DIR/outcome shall tell.
  virtual void save(std::shared_ptr<const Experiment> snapshot, const CheckpointNames& names) = 0;
  /// save() when there is a snapshot, DIR/outcome when given (JSON line; there is room for it on a
  /// full disk), owner file removed. See failure() afterwards.
  virtual void close(std::shared_ptr<const Experiment> snapshot, const CheckpointNames& names,
                     const std::optional<std::string>& outcome) = 0;
};

}  // namespace diwan
