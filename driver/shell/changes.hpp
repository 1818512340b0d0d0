// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once
#include <string>
#include <vector>

#include "driver/spec/spec.hpp"

namespace diwan {

/// A field in which two specifications of one experiment differ, other than budget and goal.
struct SpecChange {
  std::string field;
  std::string before;
  std::string now;
  bool allowed = true;  ///< with --accept-changes; never the search space or the objective
};

/// What differs between the specification an experiment was started with and the present one.
std::vector<SpecChange> changes(const Spec& before, const Spec& now);

}  // namespace diwan
