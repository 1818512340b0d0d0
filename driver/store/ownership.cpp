// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/ownership.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

#include "driver/store/chain.hpp"
#include "driver/store/checkpoint_reader.hpp"
#include "driver/store/owner.hpp"

namespace diwan {
namespace {

constexpr std::string_view temporary_prefix = ".tmp-";
constexpr std::size_t outcome_bytes = 4096;

bool is_own_name(const std::string& name) {
  constexpr std::array<std::string_view, 6> own{"experiment.h5", "owner",  "outcome",
                                                "control",       "trials", "arrays"};
  return std::ranges::find(own, name) != own.end() || parse_segment_name(name) ||
         name.starts_with(temporary_prefix);
}

void check_mode(const std::filesystem::path& directory, const struct stat& status) {
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    throw StoreError(directory.string() +
                     ": others can write to it; chmod go-w it, or take another");
  }
  if (::geteuid() != 0 && status.st_uid != ::geteuid()) {
    throw StoreError(directory.string() + ": belongs to another user (uid " +
                     std::to_string(status.st_uid) + "); take another directory");
  }
}

/// Makes the directory, or checks the one that is there. @return whether it was made.
bool prepare(const std::filesystem::path& directory) {
  std::error_code ignored;  // mkdir says it better
  std::filesystem::create_directories(directory.parent_path(), ignored);
  if (::mkdir(directory.c_str(), S_IRWXU) == 0) {
    return true;
  }
  struct stat status {};
  if (errno != EEXIST || ::stat(directory.c_str(), &status) != 0) {
    disk::cannot(directory, "make it", errno);
  }
  if (!S_ISDIR(status.st_mode)) {
    throw StoreError(directory.string() + ": is not a directory; take another name");
  }
  check_mode(directory, status);
  if (!holds_experiment(directory)) {
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      const std::string name = entry.path().filename().string();
      if (!is_own_name(name)) {
        throw StoreError(directory.string() + ": holds no experiment and is not empty (" + name +
                         "); take another or an empty directory");
      }
    }
    // A new experiment would take their ends for those of its own trials.
    std::error_code none;
    for (const auto& trial : std::filesystem::directory_iterator(directory / "trials", none)) {
      if (!trial.path().filename().native().starts_with('.')) {
        throw StoreError(directory.string() +
                         ": holds trials of an experiment whose journal and checkpoint are gone; "
                         "bring those back, remove trials/, or take another directory");
      }
    }
  }
  return false;
}

/// What a checkpoint that is replaced changes.
struct FileTrace {
  ino_t inode = 0;
  off_t bytes = 0;
  timespec changed{};
  bool operator==(const FileTrace& other) const {
    return inode == other.inode && bytes == other.bytes && changed.tv_sec == other.changed.tv_sec &&
           changed.tv_nsec == other.changed.tv_nsec;
  }
};

FileTrace trace_of(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return {};
  }
  return {status.st_ino, status.st_size, status.st_mtim};
}

/// Whatever tells that someone else was here since we looked.
struct Signs {
  FileTrace checkpoint;
  FileTrace owner;
  bool operator==(const Signs&) const = default;
};

Signs signs_of(const std::filesystem::path& directory) {
  return {trace_of(directory / checkpoint_file), trace_of(directory / "owner")};
}

void refuse_live_owner(const std::filesystem::path& directory, bool take_over) {
  const std::optional<OwnerState> owner = read_owner(directory);
  if (!owner || take_over || owner->life == OwnerState::Life::gone) {
    return;
  }
  const bool alive = owner->life == OwnerState::Life::alive;
  throw StoreError(
      directory.string() + ": is owned by " + owner->text +
      (alive ? ", which is running" : ", which may be running: it cannot be seen from here") +
      "; stop it first (diwan stop), or add --take-over if it is surely gone");
}

/// Reads all that is there, so that damage shows before anything is changed.
void survey(const std::filesystem::path& directory, Ownership& ownership) {
  std::optional<CheckpointReader> checkpoint;
  std::optional<StoreError> unreadable;
  try {
    checkpoint = CheckpointReader::open(directory / checkpoint_file);
  } catch (const StoreError& error) {
    unreadable = error;
  }
  const CheckpointHead head = checkpoint ? checkpoint->head() : CheckpointHead{};
  Chain chain;
  try {
    chain = open_chain(directory, head);
  } catch (const SegmentMissing&) {
    if (unreadable) {
      throw StoreError(*unreadable);
    }
    throw;
  }
  if (unreadable) {
    throw chain.segments.empty()
        ? StoreError(*unreadable)
        : StoreError(std::string(unreadable->what()) +
                     "; or move it away: the journal beside it holds everything");
  }
  std::uint64_t last_epoch = head.epoch;
  ownership.checkpoint_bytes =
      static_cast<std::uint64_t>(std::max<off_t>(trace_of(directory / checkpoint_file).bytes, 0));
  // A checkpoint with records that do not count is to be made anew.
  ownership.checkpoint_record = chain.checkpoint_end == head.last_record ? head.last_record : 0;
  ownership.found.last_record = chain.checkpoint_end;
  for (SegmentReader& segment : chain.segments) {
    while (segment.next()) {
    }
    ownership.found.last_record = std::max(ownership.found.last_record, segment.next_number() - 1);
    ownership.tail_bytes += segment.whole_bytes();
    last_epoch = std::max(last_epoch, segment.header().name.epoch);
  }
  if (!chain.segments.empty()) {
    const SegmentReader& tip = chain.segments.back();
    ownership.header.previous = {tip.header().name, tip.whole_bytes()};
    ownership.found.torn_bytes = tip.torn_bytes();
    ownership.found.torn_file = tip.torn_bytes() > 0 ? tip.path().string() : "";
  }
  ownership.header.name = {last_epoch + 1, 1};
  ownership.header.first = ownership.found.last_record + 1;
}

StoreError lost_race(const std::filesystem::path& directory) {
  return StoreError(directory.string() +
                    ": another coordinator took it at the same moment; wait for that one");
}

void remove_temporaries(const std::filesystem::path& directory) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().filename().string().starts_with(temporary_prefix)) {
      std::filesystem::remove(entry.path(), error);
    }
  }
}

/// Makes the first segment and the owner file, unless someone else was here since `before`.
void take(const std::filesystem::path& directory, const Signs& before, Ownership& ownership) {
  std::optional<NewSegment> segment = make_segment(directory, ownership.header);
  if (!segment) {
    throw lost_race(directory);
  }
  const std::filesystem::path first = directory / to_string(ownership.header.name);
  // Our segment has the name that was next when we looked. If the one who had it has ended
  // meanwhile, or has gone on to later segments, we looked too early.
  const std::vector<SegmentName> segments = list_segments(directory);
  if (signs_of(directory) != before || segments.back() != ownership.header.name) {
    disk::remove(first);
    throw lost_race(directory);
  }
  try {
    // Room for the outcome before the owner file, which nobody takes back.
    remove_temporaries(directory);
    ownership.outcome = ReservedFile(directory, outcome_bytes);
    write_owner(directory, {ownership.header.owner, ownership.header.name.epoch});
  } catch (const StoreError&) {
    disk::remove(first);
    throw;
  }
  ownership.segment = *std::move(segment);
}

}  // namespace

Ownership take_directory(const std::filesystem::path& directory, const OwnerIdentity& identity,
                         bool take_over) {
  const bool made = prepare(directory);
  // The signs before everything else: what changes after this shows below.
  const Signs before = signs_of(directory);
  Ownership ownership;
  ownership.header.owner = identity;
  refuse_live_owner(directory, take_over);
  survey(directory, ownership);
  // The survey may have counted in the first segment of one who took the directory meanwhile and
  // has not written the owner file yet; ours would follow his without a collision.
  refuse_live_owner(directory, take_over);

  try {
    take(directory, before, ownership);
  } catch (const StoreError&) {
    if (made) {
      ::rmdir(directory.c_str());  // only if it is empty
    }
    throw;
  }
  if (made) {
    disk::sync_directory(std::filesystem::absolute(directory).parent_path());
  }
  return ownership;
}

bool is_ours(const std::filesystem::path& directory, std::uint64_t epoch) {
  const std::optional<OwnerNote> note = read_owner_file(directory);
  return note && note->epoch == epoch;
}

}  // namespace diwan
