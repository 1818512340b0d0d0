// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Event files: nothing is thrown, and where they are cut changes nothing. By the first byte the
// rest is a file as it stands, or payloads, each behind a byte with its length, that get their
// checksums, without which hardly one would pass; the next two bytes say where to cut.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/tfevents/event_collector.hpp"
#include "tests/collectors/tfevents/event_file.hpp"

namespace {

struct Reading {
  std::vector<diwan::Observation> observations;
  diwan::Skipped skipped;
  bool operator==(const Reading&) const = default;
};

Reading read(std::string_view bytes, std::size_t cut) {
  diwan::EventCollector collector({"loss", "a/a", "b"}, "x/a/events");
  Reading reading;
  for (const std::string_view part : {bytes.substr(0, cut), bytes.substr(cut)}) {
    for (diwan::Observation& one : collector.feed(part)) {
      reading.observations.push_back(std::move(one));
    }
  }
  collector.finish();
  reading.skipped = collector.skipped();
  return reading;
}

/// The payloads as records.
std::string framed(std::string_view bytes) {
  std::string file;
  while (!bytes.empty()) {
    const std::size_t length = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    file += diwan::test::event_file::record(bytes.substr(0, length));
    bytes.remove_prefix(std::min(length, bytes.size()));
  }
  return file;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer asks for this name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) {
    return 0;
  }
  const std::string_view rest(reinterpret_cast<const char*>(data) + 3, size - 3);
  const std::string bytes = data[0] % 4 == 0 ? std::string(rest) : framed(rest);
  const std::size_t cut = (data[1] * std::size_t{256} + data[2]) % (bytes.size() + 1);
  if (!(read(bytes, 0) == read(bytes, cut))) {
    std::abort();
  }
  diwan::scalar_tags(bytes);
  return 0;
}
