// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.hpp"
#include "collectors/exposition.hpp"
#include "collectors/line_splitter.hpp"

namespace diwan {

/// Reads what a program shows to Prometheus, answer after answer.
///
/// A metric names a series: `loss`, or `loss{split="val"}` in any order of labels. The same value
/// shown again is no new observation, unless it comes with another time of its own. Lines that are
/// no sample, samples of a metric's name with other labels, and lines over
/// LineSplitter::limit_bytes are skipped.
class PrometheusCollector final : public Collector {
 public:
  explicit PrometheusCollector(const std::vector<std::string>& metrics);

  std::vector<Observation> feed(std::string_view bytes) override;
  std::vector<Observation> finish() override;
  const Skipped& skipped() const override { return skipped_; }

 private:
  struct Metric {
    Series series;
    std::optional<Observation> last;
  };

  void read(std::string_view line, bool whole, std::vector<Observation>& found);

  std::vector<Metric> metrics_;
  LineSplitter lines_;
  Skipped skipped_;
};

/// The series that a metric's name means; one that is written as no series is a name with other
/// characters than usual.
Series series_of_metric(const std::string& metric);

}  // namespace diwan
