// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <vector>

#include "driver/spec/field.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// Reads `nasConfig`: the graph and its operations, as enas and darts search them.
void read_nas(const Field& spec, Spec& out);

/// The assignments that a NAS algorithm makes, which trial parameters refer to; empty for others.
std::vector<std::string> nas_assignments(const std::string& algorithm);

}  // namespace diwan
