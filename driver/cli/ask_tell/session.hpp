// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/early_stopper.hpp"
#include "algorithms/suggester.hpp"
#include "driver/cli/ask_tell/request.hpp"
#include "driver/core/standing.hpp"
#include "driver/core/trial.hpp"
#include "driver/results/value.hpp"
#include "driver/spec/spec.hpp"

namespace diwan::ask_tell {

/// One conversation of `diwan suggest`: a search algorithm that is asked and told by lines, and an
/// early stopper beside it. The same lines give the same answers.
class Session {
 public:
  /// @throws std::invalid_argument where the algorithm cannot search the space.
  Session(Spec spec, std::uint64_t seed);

  /// The answer to one line, without line end. A line that cannot be used changes nothing.
  std::string answer(std::string_view line);

 private:
  struct Trial {
    std::string name;
    Assignment assignment;
    std::vector<MetricSummary> reported;  ///< one per metric
    bool open = true;
  };
  /// How a trial ended: the status that counts, and its objectives.
  struct End {
    TrialOutcome outcome = TrialOutcome::succeeded;
    std::vector<double> objectives;
  };

  Value reply(const AskRequest& request);
  Value reply(const TellRequest& request);
  Value reply(const HistoryRequest& request);
  Value reply(const ReportRequest& request);
  Value reply(const BestRequest& request);

  Value issue(const Suggestion& suggestion);
  Trial& open_trial(const std::string& name, const char* op, std::uint32_t& number);
  std::uint32_t metric(const std::string& name, const std::string& where) const;
  std::vector<MetricSummary> summaries(const std::vector<GivenValue>& values,
                                       const std::string& where) const;
  End end_of(TrialOutcome status, const std::vector<MetricSummary>& summaries) const;
  void tell_curve(std::uint32_t trial, bool reported, const std::vector<GivenValue>& values);
  Assignment architecture_of(const HistoryRequest::Item& item, const std::string& where) const;
  Assignment assignment_of(const HistoryRequest::Item& item, const std::string& where) const;
  void remember(const std::string& name, const Assignment& assignment, const End& end);
  Value result_value(std::size_t result) const;

  Spec spec_;
  std::unique_ptr<Suggester> suggester_;
  std::unique_ptr<EarlyStopper> early_stopper_;  ///< null where the file names none
  std::vector<Trial> trials_;
  std::size_t known_ = 0;  ///< results that came by history

  /// A result that `best` may name.
  struct Result {
    std::string name;
    Assignment assignment;
    Candidate candidate;
  };
  std::vector<Result> results_;
  std::optional<std::size_t> best_;
  std::optional<std::size_t> resource_;
};

}  // namespace diwan::ask_tell
