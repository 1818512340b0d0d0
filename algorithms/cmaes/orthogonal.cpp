// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/orthogonal.hpp"

#include "algorithms/rng.hpp"
#include "algorithms/streams.hpp"

namespace diwan::cmaes {

OrthogonalNormals::OrthogonalNormals(std::uint64_t seed, std::uint64_t generation,
                                     std::size_t dimensions)
    : seed_(seed),
      stream_(streams::cmaes + generation),
      directions_(static_cast<Eigen::Index>(dimensions), static_cast<Eigen::Index>(dimensions)) {}

Eigen::VectorXd OrthogonalNormals::drawn(std::uint64_t index) const {
  Draw draw(seed_, stream_, index);
  Eigen::VectorXd z(directions_.rows());
  for (double& coordinate : z) {
    coordinate = draw.normal();
  }
  return z;
}

Eigen::VectorXd OrthogonalNormals::at(std::uint64_t index) const {
  const Eigen::Index d = directions_.rows();
  if (d == 0) {
    return {};
  }
  const std::uint64_t block = index / static_cast<std::uint64_t>(d);
  const auto place = static_cast<Eigen::Index>(index % static_cast<std::uint64_t>(d));
  if (block != block_) {
    block_ = block;
    known_ = 0;
  }
  const std::uint64_t first = block * static_cast<std::uint64_t>(d);
  for (; known_ <= place; ++known_) {
    Eigen::VectorXd z = drawn(first + static_cast<std::uint64_t>(known_));
    // Twice is enough [Kahan; Parlett 1998, section 6.9].
    for (int pass = 0; pass < 2; ++pass) {
      const auto earlier = directions_.leftCols(known_);
      z -= (earlier * (earlier.transpose() * z)).eval();
    }
    directions_.col(known_) = z.normalized();
  }
  return drawn(index).norm() * directions_.col(place);
}

}  // namespace diwan::cmaes
