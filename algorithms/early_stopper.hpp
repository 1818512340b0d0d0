// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "algorithms/suggester.hpp"

namespace diwan {

/// Why a running trial should end: the rule in words, with the numbers that met.
struct Stop {
  std::string rule;
  bool operator==(const Stop&) const = default;
};

/// A rule that ends hopeless trials while they run. Amortised O(log n) a report.
class EarlyStopper {
 public:
  EarlyStopper() = default;
  EarlyStopper(const EarlyStopper&) = delete;
  EarlyStopper(EarlyStopper&&) = delete;
  EarlyStopper& operator=(const EarlyStopper&) = delete;
  EarlyStopper& operator=(EarlyStopper&&) = delete;
  virtual ~EarlyStopper() = default;

  /// Takes one report of the objective (minimised) and says whether its trial should end now.
  virtual std::optional<Stop> observe(std::uint32_t trial, std::int64_t step, double value) = 0;
  virtual void finished(std::uint32_t trial, TrialOutcome outcome) = 0;
};

}  // namespace diwan
