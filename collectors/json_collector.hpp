// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.hpp"
#include "collectors/line_splitter.hpp"
#include "collectors/metric_names.hpp"

namespace diwan {

/// Reads one JSON object a line, Katib's JSON format and that of DIWAN_METRICS.
///
/// Each key that is a metric's name gives an observation, in the metrics' order: of a number, of a
/// text that spells one, and of Python's bare NaN and Infinity. The whole number under "step" is
/// their step; "timestamp" (RFC 3339 text, or seconds since 1970) their time. Lines that are no
/// object, hold a metric without a usable value, or pass LineSplitter::limit_bytes are skipped.
class JsonCollector final : public Collector {
 public:
  /// What becomes of a text that spells no number.
  enum class Text { is_observed, is_skipped };

  JsonCollector(std::vector<std::string> metrics, Text text)
      : metrics_(std::move(metrics)), text_(text) {}

  std::vector<Observation> feed(std::string_view bytes) override;
  std::vector<Observation> finish() override;
  const Skipped& skipped() const override { return skipped_; }

 private:
  void read(std::string_view line, bool whole, std::vector<Observation>& found);

  MetricNames metrics_;
  Text text_;
  LineSplitter lines_;
  std::string scratch_;
  Skipped skipped_;
};

}  // namespace diwan
