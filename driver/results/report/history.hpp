// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "driver/core/event.hpp"

namespace diwan {

/// One attempt of a trial, from its start to its end.
struct RunSpan {
  RunKey run;
  Time start{};
  std::string host;
  std::vector<std::string> gpus;
  std::optional<Ended> ended;  ///< nothing while it runs, or where nobody saw its end
  double seconds(Time until) const;
};

/// A coordinator, from its first record on.
struct OwnerSpan {
  std::uint64_t epoch = 0;
  Time from{};
  Time last_sign{};  ///< its last record
  std::string host;
  std::string job_id;
  std::string launcher;
  std::string version;
};

/// Somebody steered the experiment, or it came to an end.
struct Steering {
  Time at{};
  StopAsked asked;
};

/// What a timeline shows and the state does not keep: every attempt, owner and request, in the
/// order of the records.
class RunHistory {
 public:
  /// Takes each record, in order.
  void take(const Record& record);

  const std::vector<RunSpan>& runs() const { return runs_; }
  const std::vector<OwnerSpan>& owners() const { return owners_; }
  const std::vector<Steering>& steerings() const { return steerings_; }

 private:
  void start(const Started& started);
  void end(const Ended& ended);

  std::vector<RunSpan> runs_;
  std::vector<OwnerSpan> owners_;
  std::vector<Steering> steerings_;
  std::map<std::uint32_t, std::size_t> live_;  ///< place in runs_ by trial
};

}  // namespace diwan
