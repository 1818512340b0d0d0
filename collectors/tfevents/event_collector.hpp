// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.hpp"
#include "collectors/tfevents/record_reader.hpp"
#include "collectors/tfevents/tagged_metrics.hpp"

namespace diwan {

/// Finds scalars in one event file of TensorFlow, TensorBoard or PyTorch.
///
/// Every scalar whose tag is a metric's (TaggedMetrics) gives an observation with the event's step
/// and wall time. Skipped are records that are damaged or no events, and values of a metric's tag
/// that are no scalars.
class EventCollector final : public Collector {
 public:
  /// `file`: its path, whose folders a metric may name; empty: unknown.
  EventCollector(const std::vector<std::string>& metrics, std::string file);

  std::vector<Observation> feed(std::string_view bytes) override;
  std::vector<Observation> finish() override;
  const Skipped& skipped() const override { return skipped_; }

 private:
  class Sink;

  std::string file_;
  TaggedMetrics metrics_;
  RecordReader records_;
  Skipped skipped_;
};

/// Tags of the scalars in the bytes of an event file, each once, in order; for the hint where the
/// expected one was not found.
std::vector<std::string> scalar_tags(std::string_view bytes);

}  // namespace diwan
