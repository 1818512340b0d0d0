// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

#include "bench/search/functions.hpp"

namespace diwan::bench {

/// A grid of real trainings (search/tables): the value after the whole training, each axis of
/// numbers as the index of its value.
/// @param axes  leading columns that are axes.
/// @throws std::runtime_error where there is no such file.
Function table(const std::string& name, std::size_t axes);

}  // namespace diwan::bench
