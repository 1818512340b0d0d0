// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "driver/results/load.hpp"
#include "driver/results/status.hpp"
#include "driver/results/table.hpp"
#include "driver/results/value.hpp"

namespace diwan {

/// One objective of a trial: as it was found, and as the runs that confirm it had it.
struct Repeated {
  std::optional<double> found;
  std::vector<double> values;  ///< finite ones, in the order of their runs

  std::optional<double> mean() const;
  /// Of the sample (n-1 below); none for fewer than two values.
  std::optional<double> deviation() const;
};

/// A trial that was run again.
struct Confirmed {
  std::uint32_t trial = 0;           ///< its number in the experiment that found it
  std::string name;                  ///< there; empty where that was not read
  Assignment assignment;             ///< of its runs, in the confirmation's space
  std::vector<Repeated> objectives;  ///< one for each of the confirmation's
  std::vector<std::uint32_t> runs;   ///< those with a result, by their numbers in the confirmation
  std::size_t unended = 0;           ///< runs that wait or go on
  std::size_t without_result = 0;    ///< runs that ended otherwise

  /// The one of `runs` whose first objective is nearest to the mean, the first of equals.
  std::optional<std::uint32_t> nearest() const;
};

/// One `diwan confirm` of an experiment.
struct Confirmation {
  std::filesystem::path directory;
  std::vector<std::string> set;  ///< PATH=VALUE of what differs
  RunState state = RunState::finished;
  Spec spec;                         ///< of the experiment that runs them
  std::vector<std::string> metrics;  ///< names of the objectives
  /// The best mean first, those without a value last; in the order they were found where there are
  /// several objectives.
  std::vector<Confirmed> trials;
};

/// The confirmations kept in an experiment's directory (confirm-1, confirm-2, ...), in their order.
std::vector<std::filesystem::path> confirmation_directories(const std::filesystem::path& directory);
/// Where the next one goes.
std::filesystem::path next_confirmation_directory(const std::filesystem::path& directory);

/// What an experiment that confirms trials of another gave so far, without what was found before.
Confirmation confirmation_in(const Loaded& confirming);

/// What a confirmation of `found` gave so far.
/// @throws StoreError as load(), and for an experiment that confirms none of its trials.
Confirmation read_confirmation(const Loaded& found, const std::filesystem::path& directory);

/// The mean of an objective and, behind +-, the deviation of its runs.
std::string mean_text(const Repeated& objective);

/// A row for each trial; with what was found before where any of them knows it.
std::string confirmation_table(const Confirmation& confirmation, const Page& page);
std::string confirmation_csv(const Confirmation& confirmation);
/// {"version":1,"experiment":…,"set":[…],"confirmed":[…]} (docs/cli.md).
Value confirmation_value(const std::string& experiment, const Confirmation& confirmation);
/// The list `confirmed` of that.
Value::List confirmed_list(const Confirmation& confirmation);

}  // namespace diwan
