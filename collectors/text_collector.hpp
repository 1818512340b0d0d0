// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.hpp"
#include "collectors/line_splitter.hpp"
#include "collectors/metric_names.hpp"

namespace re2 {
class RE2;
}

namespace diwan {

/// Finds `name = number` in lines of text, Katib's TEXT format.
///
/// Every match of every filter whose first group is exactly a metric's name gives an observation of
/// its second group: a number, or a text where it is none. The line's first word is its time where
/// it is RFC 3339. Terminal control sequences are taken out first. A line over
/// LineSplitter::limit_bytes is read up to its last whole word within them and counted as skipped.
class TextCollector final : public Collector {
 public:
  /// Of a given filter, in a line more than twice as long; a longer match is passed over.
  static constexpr std::size_t longest_match_bytes = 4096;

  /// Without filters: default_filter().
  /// @throws std::invalid_argument for a filter that check_filter refuses.
  TextCollector(std::vector<std::string> metrics, const std::vector<std::string>& filters);
  TextCollector(const TextCollector&) = delete;
  TextCollector& operator=(const TextCollector&) = delete;
  TextCollector(TextCollector&&) = delete;
  TextCollector& operator=(TextCollector&&) = delete;
  ~TextCollector() override;

  std::vector<Observation> feed(std::string_view bytes) override;
  std::vector<Observation> finish() override;
  const Skipped& skipped() const override { return skipped_; }

 private:
  using Observations = std::vector<Observation>;

  /// Whether there was anything to the line: an observation, or a metric's name.
  bool read(std::string_view line, bool whole, Observations& found);
  /// Before this place no line has anything to it.
  std::size_t nothing_before(std::string_view text) const;
  void apply_default_filter(std::string_view line, Observations& found) const;
  void apply(const re2::RE2& filter, std::string_view line, Observations& found) const;

  MetricNames metrics_;
  std::size_t longest_name_;
  std::vector<std::unique_ptr<re2::RE2>> filters_;  // none: the default
  LineSplitter lines_;
  std::string scratch_;
  std::size_t last_found_ = 0;  // by feed()
  Skipped skipped_;
};

}  // namespace diwan
