// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

#include "driver/spec/spec.hpp"

namespace diwan {

/// Parts of a specification in words, as `validate` and errors show them.

/// double, int, categorical or discrete.
std::string type_text(const Domain& domain);
/// `0.01 .. 0.1, step 0.01, log`, or the values of a list.
std::string values_text(const Domain& domain);
/// `tpe gamma=0.25 random_state=7`.
std::string algorithm_text(const AlgorithmSpec& algorithm);
/// `File /katib/mnist.log, TEXT, (filter)`.
std::string collector_text(const CollectorSource& source);

}  // namespace diwan
