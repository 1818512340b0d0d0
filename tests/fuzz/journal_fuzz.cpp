// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
// A journal of any bytes is read or refused with StoreError; a payload likewise with CodecError,
// and one that is read says the same when it is written and read again.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include "driver/store/codec.hpp"
#include "driver/store/disk.hpp"
#include "driver/store/frame.hpp"
#include "driver/store/segment.hpp"

namespace {

void read_payload(std::string_view payload) {
  try {
    const diwan::Event event = diwan::decode_event(payload);
    std::string again;
    diwan::encode_event(event, again);
    std::string twice;
    diwan::encode_event(diwan::decode_event(again), twice);
    if (again != twice) {
      std::abort();
    }
  } catch (const diwan::CodecError&) {
    // refused
  }
}

void read_segment(std::string_view bytes) {
  diwan::disk::File file(::memfd_create("journal", MFD_CLOEXEC));
  diwan::disk::write(file, bytes);
  try {
    diwan::SegmentReader reader(std::move(file), "journal", std::nullopt);
    while (const auto frame = reader.next()) {
      read_payload(frame->payload);
    }
  } catch (const diwan::StoreError&) {
    // refused
  }
}

/// A segment whose frames are those of the input, with right lengths and checksums: so that the
/// fuzzer gets past them.
std::string framed(std::string_view input) {
  std::string bytes(diwan::journal_magic);
  for (std::uint64_t number = 0; !input.empty(); ++number) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::size_t place = diwan::begin_frame(bytes);
    bytes += input.substr(0, end);
    diwan::end_frame(bytes, place, number, diwan::Time{});
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) {
    return 0;
  }
  const std::string_view rest = input.substr(1);
  switch (input.front() % 3) {
    case 0:
      read_payload(rest);
      break;
    case 1:
      read_segment(framed(rest));
      break;
    default:
      read_segment(rest);
      break;
  }
  return 0;
}
