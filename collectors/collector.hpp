// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/observation.hpp"

namespace diwan {

/// What a collector passed over: how much, and the first few of it.
struct Skipped {
  std::uint64_t count = 0;
  std::vector<std::string> examples;  ///< at most 5, each at most 200 bytes
  bool operator==(const Skipped&) const = default;
};

/// Turns the bytes of one stream or file into observations. However the bytes are cut into chunks,
/// the observations are the same; nothing in the data makes it throw; memory stays bounded.
class Collector {
 public:
  Collector() = default;
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;
  Collector(Collector&&) = delete;
  Collector& operator=(Collector&&) = delete;
  virtual ~Collector() = default;

  /// Observations completed by these bytes, in the order they stand.
  virtual std::vector<Observation> feed(std::string_view bytes) = 0;
  /// Those of an unfinished last line. Nothing is fed afterwards.
  virtual std::vector<Observation> finish() = 0;
  /// Lines that named a metric but gave no observation.
  virtual const Skipped& skipped() const = 0;
};

}  // namespace diwan
