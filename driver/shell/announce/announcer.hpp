// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "driver/core/experiment.hpp"
#include "driver/results/outcome.hpp"
#include "driver/shell/announce/best_watch.hpp"
#include "driver/shell/announce/herald.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// The commands of --on-best and --on-end, cut into words; empty: none.
struct Announcements {
  std::vector<std::string> on_best;
  std::vector<std::string> on_end;
  Herald* herald = nullptr;  ///< runs them; null: neither is given

  bool wanted() const { return !on_best.empty() || !on_end.empty(); }
};

/// The words of such a command. @throws std::invalid_argument for a quote that is not closed, no
/// words, or a program that is not there, saying how to mend it.
std::vector<std::string> announcement(const std::string& command);

/// Has the commands run when their time comes, and waits for none. A better trial
/// is told of once its end is written, and at most once: one that was the best when the run began
/// is none.
class Announcer {
 public:
  /// @pre commands.wanted()
  Announcer(Announcements commands, const Spec& spec, std::filesystem::path directory,
            const Experiment& experiment);

  /// `records` were folded into `experiment` last.
  void step(const Experiment& experiment, std::span<const Record> records);
  /// Records up to this number are written.
  void written(std::uint64_t record, const Experiment& experiment);
  /// What failed since the last call, for people.
  std::vector<std::string> failures() { return commands_.herald->failures(); }
  /// The run has ended.
  void ended(const Outcome& outcome, const Experiment& experiment);

 private:
  std::vector<std::string> environment(const char* event, const Experiment& experiment,
                                       std::optional<std::uint32_t> trial,
                                       const Outcome* outcome) const;

  Announcements commands_;
  const Spec& spec_;
  std::filesystem::path directory_;
  BestWatch best_;
  std::optional<std::uint32_t> news_;  ///< the best, not told yet
  std::uint64_t news_record_ = 0;
};

}  // namespace diwan
