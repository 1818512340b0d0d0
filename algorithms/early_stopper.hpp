// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>

#include "algorithms/suggester.hpp"

namespace diwan {

/// A rule that ends hopeless trials while they run: facts in, advice out; no clock, no I/O. It is
/// told what a suggester is told, and a report costs it amortised O(log n), so that it can judge
/// each as it arrives, however long the suggester thinks.
class EarlyStopper {
 public:
  EarlyStopper() = default;
  EarlyStopper(const EarlyStopper&) = delete;
  EarlyStopper(EarlyStopper&&) = delete;
  EarlyStopper& operator=(const EarlyStopper&) = delete;
  EarlyStopper& operator=(EarlyStopper&&) = delete;
  virtual ~EarlyStopper() = default;

  /// Takes a fact, in journal order. Of a report: whether its trial should end now.
  virtual std::optional<StopAdvice> tell(const Fact& fact) = 0;
};

}  // namespace diwan
