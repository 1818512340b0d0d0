// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "algorithms/suggester.hpp"

namespace diwan::ask_tell {

// The lines of docs/cli.md's ask/tell protocol, read but not yet checked against an experiment.

struct GivenValue {
  std::string metric;
  std::optional<std::int64_t> step;
  double value = 0;  ///< NaN where it is a text that is no number
};

struct AskRequest {
  std::size_t count = 1;
};
struct TellRequest {
  std::string trial;
  TrialOutcome status = TrialOutcome::succeeded;
  std::vector<GivenValue> values;  ///< empty: the reported ones count
};
struct HistoryRequest {
  struct Item {
    std::vector<std::pair<std::string, std::string>> assignments;  ///< name and text
    TrialOutcome status = TrialOutcome::succeeded;
    std::vector<GivenValue> values;
  };
  std::vector<Item> items;
};
struct ReportRequest {
  std::string trial;
  GivenValue value;
};
struct BestRequest {};

using Request = std::variant<AskRequest, TellRequest, HistoryRequest, ReportRequest, BestRequest>;

/// A line that cannot be used; what() is the answer's `error`.
struct RequestError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Reads one line: a JSON object, in which Python's bare NaN and Infinity are accepted.
/// @throws RequestError.
Request parse_request(std::string_view line);

}  // namespace diwan::ask_tell
