// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

#include "driver/results/table.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// What an experiment file means, with its defaults, what it moves and what to know; for people.
std::string spec_summary(const Spec& spec, const Page& page);

}  // namespace diwan
