// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "driver/results/baseline.hpp"
#include "driver/results/confirmation.hpp"
#include "driver/results/load.hpp"
#include "driver/results/report/curves.hpp"
#include "driver/results/report/failures.hpp"
#include "driver/results/report/history.hpp"
#include "driver/results/value.hpp"

namespace diwan {

/// All that a report tells, as the records have it. Nothing of it depends on when it was read.
struct ReportFacts {
  Loaded loaded;  ///< `until` is the time of the last record, also beside a running owner
  RunHistory history;
  CurveBook curves;
  std::vector<Confirmation> confirmations;  ///< in their order
  std::optional<Baseline> baseline;         ///< by default what the search itself has for one
  std::vector<std::string> problems;        ///< why a confirmation is not among these
};
/// @throws StoreError as load().
ReportFacts read_report_facts(const std::filesystem::path& directory);

/// A trial, ready to paste.
struct TrialTexts {
  std::string arguments;  ///< empty where it has no command here, as the others
  std::string yaml;
  std::string environment;
  std::string command;
};

/// What has to be made or read by other layers.
struct ReportSources {
  std::function<TrialTexts(const Trial&)> texts;
  LastLines last_lines;
};

/// The report's data (docs/report.md), version 1. The same facts give the same document.
Value report_document(const ReportFacts& facts, const ReportSources& sources);

}  // namespace diwan
