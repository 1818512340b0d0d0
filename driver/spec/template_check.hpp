// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <vector>

#include "driver/spec/field.hpp"
#include "driver/spec/parameters.hpp"
#include "driver/spec/spec.hpp"
#include "driver/spec/trial_template.hpp"

namespace diwan {

/// Reads `trialParameters`; `kind: Command` without them has one for each search-space parameter,
/// or for each of a NAS algorithm's assignments.
/// @return false if one has no usable name, so that placeholders cannot be held against them.
bool read_trial_parameters(const Field& list, bool is_command, const SpaceReading& space,
                           const Spec& spec, TrialTemplate& out);

/// Checks that placeholders, trial parameters and search space fit each other, and that no value
/// can mean anything to a shell.
/// @param field   trialTemplate
/// @param places  of each element of `read.command`
/// @param names_known  false: what names a trial parameter is not reported
void check_placeholders(const Field& field, const std::vector<Field>& places,
                        const SpaceReading& space, bool names_known, const Spec& spec,
                        const TrialTemplate& read);

}  // namespace diwan
