// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/checkpoint_writer.hpp"

#include <cerrno>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include <unistd.h>

#include "driver/store/chain.hpp"
#include "driver/store/checkpoint_reader.hpp"
#include "driver/store/checkpoint_tables.hpp"
#include "driver/store/codec.hpp"
#include "driver/store/record_tables.hpp"

namespace diwan {
namespace {

/// The checkpoint there is, and the segments that follow it.
struct Sources {
  std::optional<CheckpointReader> old;
  Chain chain;
};

Sources open_sources(const std::filesystem::path& directory) {
  Sources sources;
  try {
    sources.old = CheckpointReader::open(directory / checkpoint_file);
  } catch (const StoreError&) {
    // Unreadable: it is made whole again if the journal goes back to the beginning.
    sources.chain = open_chain(directory, CheckpointHead{});
    return sources;
  }
  sources.chain = open_chain(directory, sources.old ? sources.old->head() : CheckpointHead{});
  return sources;
}

void add_new_records(Chain& chain, std::uint64_t until, RecordTables& tables) {
  std::uint64_t last = chain.checkpoint_end;
  for (SegmentReader& segment : chain.segments) {
    while (last < until) {
      const std::optional<SegmentReader::Frame> frame = segment.next();
      if (!frame) {
        break;
      }
      if (frame->number > last) {
        tables.add({frame->number, frame->time, decode_event(frame->payload)}, frame->payload);
        last = frame->number;
      }
    }
  }
  if (last < until) {
    throw StoreError("the journal ends with record " + std::to_string(last) +
                     ", but the state has record " + std::to_string(until));
  }
}

void write_file(const disk::File& file, const std::filesystem::path& path, Sources sources,
                const Experiment& snapshot, const CheckpointNames& names,
                const CheckpointHead& head) {
  h5::Output output(file, path);
  {
    RecordTables tables = sources.old ? RecordTables::continue_from(sources.old->file(), output,
                                                                    sources.chain.checkpoint_end)
                                      : RecordTables::create(output);
    add_new_records(sources.chain, head.last_record, tables);
    tables.finish();
  }
  const h5::Lock lock;
  write_state_tables(output, snapshot, names, head);
  output.close();
}

/// Also when the library still holds the file open: its space is free at once.
void discard(const disk::File& file, const std::filesystem::path& temporary) {
  [[maybe_unused]] const int freed = ::ftruncate(file.descriptor(), 0);
  ::unlink(temporary.c_str());
}

void give_name(const disk::File& file, const std::filesystem::path& temporary,
               const std::filesystem::path& path, std::uint64_t epoch) {
  disk::sync(file, temporary);
  const std::filesystem::path directory = path.parent_path();
  if (const auto segments = list_segments(directory);
      !segments.empty() && segments.back().epoch > epoch) {
    throw StoreError(directory.string() + ": another coordinator has taken it");
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    throw StoreError(path.string() + ": cannot be replaced (" + disk::error_text(errno) + ")");
  }
  disk::sync_directory(directory);
}

}  // namespace

std::uint64_t write_checkpoint(const std::filesystem::path& directory, std::uint64_t epoch,
                               const Experiment& snapshot, const CheckpointNames& names,
                               const SegmentName& keep_from) {
  const std::filesystem::path path = directory / checkpoint_file;
  const auto [file, temporary] = disk::make_temporary(directory);
  try {
    write_file(file, temporary, open_sources(directory), snapshot, names,
               {epoch, snapshot.last_record()});
    give_name(file, temporary, path, epoch);
  } catch (const h5::Failure& error) {
    discard(file, temporary);
    throw h5::Failure(path.string() + ": cannot be written (" + error.what() + ")");
  } catch (const std::exception& error) {
    discard(file, temporary);
    throw StoreError(path.string() + ": cannot be written (" + error.what() + ")");
  }
  for (const SegmentName& name : list_segments(directory)) {
    if (name < keep_from) {
      disk::remove(directory / to_string(name));
    }
  }
  return disk::size_of(file, path);
}

}  // namespace diwan
