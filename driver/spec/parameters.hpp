// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "algorithms/space/parameter.hpp"
#include "algorithms/space/search_space.hpp"
#include "driver/spec/field.hpp"

namespace diwan {

/// The search space as a file gives it.
struct SpaceReading {
  SearchSpace space;
  std::vector<Field> fields;  ///< one per parameter of the space
  bool sound = true;          ///< false: something was wrong, and some domains are stand-ins
  bool names_known = true;    ///< false: parameters are missing, or have no usable name
};

/// Reads `parameters`. A parameter with a wrong domain keeps its place with a stand-in, so that
/// what names it is not reported as well.
SpaceReading read_space(const Field& list);

/// Reads the domain of one parameter (parameterType and feasibleSpace); nothing if it is wrong.
/// @param step_required  a double must have a step (operations of NAS).
std::optional<Domain> read_domain(const Field& parameter, bool step_required);

/// The variable by which a trial gets the parameter: DIWAN_PARAM_ and the name in upper case, every
/// other character than letters and digits as `_`.
std::string parameter_variable(std::string_view name);

}  // namespace diwan
