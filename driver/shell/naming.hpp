// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string>

namespace diwan {

/// Name of a trial: the experiment's, a dash and eight characters (the first a letter) drawn from
/// the seed and the trial's number, so that it is the same whenever it is asked for.
std::string trial_name(const std::string& experiment, std::uint64_t seed, std::uint32_t number);

/// DIWAN_SEED of a trial, in 0..2^31-1, equal in all its attempts.
std::int32_t trial_seed(std::uint64_t seed, std::uint32_t number);

/// Seed of the experiment that runs trials of one with `seed` again, so that none of its trials has
/// a DIWAN_SEED of that.
std::uint64_t confirmation_seed(std::uint64_t seed);

}  // namespace diwan
