// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/chain.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace diwan {
namespace {

SegmentReader open_segment(const std::filesystem::path& directory, const SegmentName& name,
                           std::optional<std::uint64_t> end) {
  const std::filesystem::path path = directory / to_string(name);
  std::optional<disk::File> file = disk::open_to_read(path);
  if (!file) {
    throw SegmentMissing(
        path.string() +
        ": is missing, but later records follow it; restore the directory from a copy");
  }
  return {*std::move(file), path, end};
}

}  // namespace

std::vector<SegmentName> list_segments(const std::filesystem::path& directory) {
  std::vector<SegmentName> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entries(directory, error), end; !error && entries != end;
       entries.increment(error)) {
    if (const auto name = parse_segment_name(entries->path().filename().string())) {
      names.push_back(*name);
    }
  }
  // Half a list would pass for a journal that ends earlier.
  if (error && error != std::errc::no_such_file_or_directory &&
      error != std::errc::not_a_directory) {
    throw StoreError(directory.string() + ": cannot be listed (" + error.message() +
                     "); make it readable (chmod u+rx)");
  }
  std::ranges::sort(names);
  return names;
}

std::optional<Tip> read_tip(const std::filesystem::path& directory) {
  const std::vector<SegmentName> names = list_segments(directory);
  if (names.empty()) {
    return std::nullopt;
  }
  const std::filesystem::path path = directory / to_string(names.back());
  std::optional<disk::File> file = disk::open_to_read(path);
  if (!file) {
    return read_tip(directory);  // absorbed since we listed it
  }
  SegmentReader reader(*std::move(file), path, std::nullopt);
  return Tip{reader.header(), reader.has_more()};
}

Chain open_chain(const std::filesystem::path& directory, const CheckpointHead& checkpoint) {
  Chain chain{{}, checkpoint.last_record};
  const std::vector<SegmentName> names = list_segments(directory);
  if (names.empty()) {
    return chain;
  }
  chain.segments.push_back(open_segment(directory, names.back(), std::nullopt));
  while (true) {
    const SegmentHeader& header = chain.segments.back().header();
    if (header.name.epoch > checkpoint.epoch) {
      // Records that a stale owner's checkpoint has beyond the change of owners do not count.
      chain.checkpoint_end = std::min(chain.checkpoint_end, header.first - 1);
    }
    const bool joins = header.first <= checkpoint.last_record + 1;
    const bool others_before = header.previous && header.previous->name.epoch > checkpoint.epoch;
    if (joins && !(others_before && header.name.epoch > checkpoint.epoch)) {
      break;
    }
    if (!header.previous) {
      if (joins) {
        break;
      }
      throw SegmentMissing((directory / to_string(header.name)).string() + ": begins with record " +
                           std::to_string(header.first) + ", but nothing holds those from " +
                           std::to_string(checkpoint.last_record + 1) +
                           " on; restore the directory from a copy");
    }
    if (header.previous->name >= header.name) {
      throw StoreError((directory / to_string(header.name)).string() +
                       ": its header names a later segment as the one before it (" +
                       to_string(header.previous->name) + "); restore the directory from a copy");
    }
    const SegmentHeader::Previous previous = *header.previous;
    chain.segments.push_back(open_segment(directory, previous.name, previous.length));
  }
  std::ranges::reverse(chain.segments);
  return chain;
}

}  // namespace diwan
