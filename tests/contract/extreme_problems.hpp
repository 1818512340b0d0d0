// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <string>

#include "algorithms/registry.hpp"
#include "algorithms/rng.hpp"

namespace diwan {

/// A problem of up to seven parameters whose ranges are wide, narrow or single values, with
/// conditions, constraints and a resource now and then, by one objective or two; nothing where the
/// algorithm refuses it.
std::optional<Problem> extreme_problem(const std::string& algorithm, Draw& draw);

/// A canonical assignment drawn from the problem's space, which its constraints may refuse.
Assignment any_assignment(const Problem& problem, Draw& draw);

}  // namespace diwan
