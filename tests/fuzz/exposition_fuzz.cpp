// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Any line is a sample of the exposition format or none; one that is says the same when it is
// written and read again, in a metric's name too.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collectors/exposition.hpp"
#include "collectors/prometheus_collector.hpp"

namespace {

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void read_line(std::string_view line) {
  const auto sample = diwan::parse_sample(line);
  if (!sample) {
    return;
  }
  const std::string name = diwan::series_text(sample->series);
  require(diwan::parse_series(name) == sample->series);
  require(diwan::series_of_metric(name) == sample->series);
  const diwan::Time time = sample->time.value_or(diwan::Time{});
  const auto again = diwan::parse_sample(diwan::sample_line(sample->series, sample->value, time));
  require(again && again->series == sample->series);
  require(again->value == sample->value || (std::isnan(again->value) && std::isnan(sample->value)));
  require(again->time == std::chrono::floor<std::chrono::milliseconds>(time));
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer asks for this name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  diwan::exposed_series(text, "loss", 5);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    read_line(line);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return 0;
}
