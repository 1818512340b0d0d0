// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "driver/core/experiment.hpp"
#include "driver/results/notices/notices.hpp"

namespace diwan {

enum class ProgressMode { automatic, bar, plain, none };

/// Tells a person how the run goes, on stderr: on a terminal one live block, in a log one plain
/// line a minute and one for each trial that ended.
class Progress {
 public:
  /// @param tail  the last lines that a trial printed; shown where it gave no metric.
  Progress(std::string experiment, ProgressMode mode, std::FILE* stream,
           std::function<std::string(const Trial&)> tail = {});
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// From now on says, once, what is odd about the search; `notices` have followed what came
  /// before, and commands that they advise are about `directory`.
  void tell_notices(Notices notices, std::filesystem::path directory);
  /// After a step: `records` were folded into `experiment` last.
  void step(Time now, const Experiment& experiment, std::span<const Record> records);
  /// Called now and then, so that ages and the minute's line come without events.
  void tick(Time now, const Experiment& experiment);
  /// A line of its own, above the block.
  void note(const std::string& text);
  /// Says in every mode, also none, why the run fails.
  void alarm(const std::string& text);
  /// Takes the block away.
  void clear();

 private:
  void tell_end(const Experiment& experiment, const Trial& trial);
  void draw(Time now, const Experiment& experiment);
  void tell(const std::vector<SearchNotice>& notices);
  void line(const std::string& text);

  std::string name_;
  ProgressMode mode_;
  std::FILE* stream_;
  std::function<std::string(const Trial&)> tail_;
  std::optional<Notices> notices_;
  std::filesystem::path directory_;
  std::set<std::pair<SearchNotice::Kind, std::uint32_t>> told_;
  std::uint32_t stalled_told_ = 0;
  int drawn_lines_ = 0;
  bool started_ = false;
  Time begin_{};
  Time last_draw_{};
  Time last_line_{};
  Time last_look_{};  ///< for stalled trials
  std::uint32_t done_at_begin_ = 0;
};

}  // namespace diwan
