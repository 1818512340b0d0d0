// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "collectors/registry.hpp"
#include "driver/core/event.hpp"
#include "driver/launchers/launcher.hpp"
#include "driver/launchers/supervisor/tailed_file.hpp"

namespace diwan {

/// Finds the line of a run's logs that an observation was read from: reads them beside the run, one
/// line at a time. Collectors that read no lines have none.
class LineFinder {
 public:
  LineFinder(const RunSettings& settings, const std::string& trial_name, std::uint32_t attempt);

  /// The line of value `i` of a batch; nothing where there is none, or it was not written yet.
  /// Batches of a metric and source are asked for in their order.
  std::optional<std::string> line_of(const Observed& batch, std::size_t i);

 private:
  struct Reading {
    std::uint64_t place = 0;  ///< among the metric's from its source
    double value = 0;
    std::string line;
  };
  struct Log {
    Log(const std::filesystem::path& path, std::unique_ptr<Collector> reader)
        : file(path), collector(std::move(reader)) {}

    TailedFile file;
    std::unique_ptr<Collector> collector;
    std::string unfinished;  ///< line
    std::map<std::uint32_t, std::uint64_t> counts;
    std::map<std::uint32_t, std::deque<Reading>> readings;  ///< by metric
  };

  void read(Log& log);
  void take(Log& log, std::string_view line);
  std::unique_ptr<Collector> collector_of(Source source) const;
  /// The unfinished last line of a log, where that is what gave the value.
  std::optional<std::string> unfinished_line(Source source, const Log& log, std::uint32_t metric,
                                             double value) const;

  CollectorSpec collector_;
  std::map<Source, Log> logs_;
};

}  // namespace diwan
