// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>

#include "collectors/tfevents/event.pb.h"

namespace diwan {

/// The number that a value of a summary holds: of a simple value, or of a tensor of one element
/// whose type is a real number or a boolean. Nothing for what is no scalar (histograms, images,
/// texts).
///
/// Katib reads the decimal that NumPy prints of a float32 in a tensor (0.1), and the float itself
/// where it is a simple value (0.10000000149011612); so do we.
std::optional<double> scalar_of(const tfevents::Summary::Value& value);

}  // namespace diwan
