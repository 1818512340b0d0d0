// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>

/// Names of the random streams, so that no two uses of one seed share draws. The upper half names
/// the use, the lower is free for a dimension or an attempt. Never renumber: journals are replayed.
namespace diwan::streams {

constexpr std::uint64_t named(std::uint64_t use) { return use << 32; }

inline constexpr std::uint64_t random = named(1);
inline constexpr std::uint64_t permutation = named(2);
inline constexpr std::uint64_t sobol_scramble = named(3);
inline constexpr std::uint64_t sobol_rest = named(4);
inline constexpr std::uint64_t tpe = named(5);
inline constexpr std::uint64_t joint_tpe = named(6);
inline constexpr std::uint64_t gp = named(8);
inline constexpr std::uint64_t pbt = named(9);
inline constexpr std::uint64_t cmaes = named(16);          ///< plus the generation
inline constexpr std::uint64_t cmaes_choices = named(17);  ///< plus the generation
inline constexpr std::uint64_t cmaes_start = named(18);
inline constexpr std::uint64_t cmaes_restart = named(19);
inline constexpr std::uint64_t enas = named(24);  ///< plus the attempt
inline constexpr std::uint64_t enas_controller = named(25);
inline constexpr std::uint64_t enas_lessons = named(26);        ///< plus the step of learning
inline constexpr std::uint64_t landscape = named(32);           ///< of statistics/, not of a search
inline constexpr std::uint64_t landscape_inactive = named(33);  ///< plus the parameter

}  // namespace diwan::streams
