// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Any bytes, cut anywhere, through every collector: nothing is thrown, and the cut changes nothing.
// The first byte chooses the collector, the next two where to cut.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/registry.hpp"

namespace {

std::unique_ptr<diwan::Collector> make(std::uint8_t choice) {
  const std::vector<std::string> metrics = {"loss", "a"};
  switch (choice % 5) {
    case 4:
      return diwan::make_collector({.kind = diwan::CollectorKind::prometheus_metric,
                                    .format = diwan::FileFormat::text,
                                    .metrics = {"loss", "a{b=\"c\"}"},
                                    .filters = {}});
    case 0:
      return diwan::make_collector({.kind = diwan::CollectorKind::std_out,
                                    .format = diwan::FileFormat::text,
                                    .metrics = metrics,
                                    .filters = {}});
    case 1:
      return diwan::make_collector({.kind = diwan::CollectorKind::std_out,
                                    .format = diwan::FileFormat::text,
                                    .metrics = metrics,
                                    .filters = {R"(([\w-]+): (.*))", R"((a)(.?))"}});
    case 2:
      return diwan::make_collector({.kind = diwan::CollectorKind::file,
                                    .format = diwan::FileFormat::json,
                                    .metrics = metrics,
                                    .filters = {}});
    default:
      return diwan::make_push_collector(metrics);
  }
}

struct Reading {
  std::vector<diwan::Observation> observations;
  diwan::Skipped skipped;
  bool operator==(const Reading&) const = default;
};

Reading read(std::uint8_t choice, std::string_view bytes, std::size_t cut) {
  const auto collector = make(choice);
  Reading reading;
  for (const std::string_view part : {bytes.substr(0, cut), bytes.substr(cut)}) {
    for (diwan::Observation& one : collector->feed(part)) {
      reading.observations.push_back(std::move(one));
    }
  }
  for (diwan::Observation& one : collector->finish()) {
    reading.observations.push_back(std::move(one));
  }
  reading.skipped = collector->skipped();
  return reading;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer asks for this name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) {
    return 0;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 3, size - 3);
  const std::size_t cut = (data[1] * std::size_t{256} + data[2]) % (bytes.size() + 1);
  if (!(read(data[0], bytes, 0) == read(data[0], bytes, cut))) {
    std::abort();
  }
  return 0;
}
