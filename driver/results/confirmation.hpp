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
  std::vector<Repeated> objectives;  ///< one for each of the confirmation's
  std::size_t unended = 0;           ///< runs that wait or go on
  std::size_t without_result = 0;    ///< runs that ended without a finite objective
};

/// One `diwan confirm` of an experiment.
struct Confirmation {
  std::filesystem::path directory;
  std::vector<std::string> set;  ///< PATH=VALUE of what differs
  RunState state = RunState::finished;
  /// The best mean first, those without a value last; in the order they were found where there are
  /// several objectives.
  std::vector<Confirmed> trials;
};

/// The confirmations kept in an experiment's directory (confirm-1, confirm-2, ...), in their order.
std::vector<std::filesystem::path> confirmation_directories(const std::filesystem::path& directory);
/// Where the next one goes.
std::filesystem::path next_confirmation_directory(const std::filesystem::path& directory);

/// What a confirmation of `found` gave so far.
/// @throws StoreError as load(), and for an experiment that confirms none of its trials.
Confirmation read_confirmation(const Loaded& found, const std::filesystem::path& directory);

std::string confirmation_table(const Loaded& found, const Confirmation& confirmation,
                               const Page& page);
std::string confirmation_csv(const Loaded& found, const Confirmation& confirmation);
/// {"version":1,"experiment":…,"set":[…],"confirmed":[…]} (docs/cli.md).
Value confirmation_value(const Loaded& found, const Confirmation& confirmation);

}  // namespace diwan
