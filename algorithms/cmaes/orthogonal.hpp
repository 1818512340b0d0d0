// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>

#include <Eigen/Core>

namespace diwan::cmaes {

/// Standard normal vectors, d at a time at right angles to each other [Wang, Emmerich, Baeck 2014,
/// Mirrored orthogonal sampling with pairwise selection in evolution strategies, without the
/// mirrors]: each by itself is distributed as one drawn alone, together they cover more directions.
/// Vector i of generation g is made of draw(seed, g, i) and those before it in its block.
class OrthogonalNormals {
 public:
  /// @param dimensions  d, which may be 0.
  OrthogonalNormals(std::uint64_t seed, std::uint64_t generation, std::size_t dimensions);

  /// Vector `index`: O(d^2) when they are asked for in order.
  Eigen::VectorXd at(std::uint64_t index) const;

 private:
  Eigen::VectorXd drawn(std::uint64_t index) const;

  std::uint64_t seed_;
  std::uint64_t stream_;
  // Directions of the block so far: they change speed, not vectors.
  mutable Eigen::MatrixXd directions_;
  mutable std::uint64_t block_ = 0;
  mutable Eigen::Index known_ = 0;
};

}  // namespace diwan::cmaes
