// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/results/value.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// What the report needs to draw architectures (docs/report.md): of enas what operations' numbers
/// mean; null where no architecture is searched.
Value architecture_value(const Spec& spec);

}  // namespace diwan
