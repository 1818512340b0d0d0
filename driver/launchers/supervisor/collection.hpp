// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "driver/core/event.hpp"
#include "driver/launchers/launcher.hpp"

namespace diwan {

/// Turns the bytes of one run's sources into batches of observations.
///
/// Each source has a collector of its own, event files aside (EventDirectory), and each metric of
/// it its own count. A metric that has come by Source::push is no longer taken from the others. The
/// same bytes, source by source, give the same observations again, whatever the chunks; only which
/// came before a push may differ.
class Collection {
 public:
  /// `settings` must outlive the collection.
  Collection(RunKey run, const RunSettings& settings);
  ~Collection();
  Collection(Collection&&) noexcept;
  Collection& operator=(Collection&&) = delete;
  Collection(const Collection&) = delete;
  Collection& operator=(const Collection&) = delete;

  /// Whether a source's bytes are read at all under these settings.
  bool takes(Source source) const;
  /// `now` is the time of values that bring none.
  void feed(Source source, std::string_view bytes, Time now);
  /// Observations that a source gave by a collector elsewhere.
  void add(Source source, const std::vector<Observation>& observations, Time now);
  /// The source has ended: takes its unfinished last line. Nothing may be fed from it afterwards.
  void finish(Source source, Time now);

  /// What came of the first metric, the objective, so far.
  enum class Objective { nothing, not_finite, value };
  Objective objective() const { return objective_; }

  /// What could not be read of a source so far.
  Skipped skipped(Source source) const;

  /// True if take() would give nothing.
  bool empty() const { return full_.empty() && open_.empty(); }
  /// The batches since the last call; of one metric and source in their order, each at most 4,096
  /// long.
  std::vector<Observed> take();

 private:
  static constexpr std::size_t sources = 4;

  Collector& collector(Source source);
  Observed& batch(Source source, const Observation& observation);

  RunKey run_;
  const RunSettings* settings_;
  std::array<std::unique_ptr<Collector>, sources> collectors_;
  std::array<std::vector<std::uint64_t>, sources> counts_;
  std::vector<bool> pushed_;
  Objective objective_ = Objective::nothing;
  std::vector<Observed> full_;
  std::vector<Observed> open_;
};

}  // namespace diwan
