// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "algorithms/gp/climb.hpp"
#include "algorithms/rng.hpp"
#include "algorithms/sobol.hpp"

namespace diwan::gp {

struct SearchOptions {
  std::size_t candidates = 1024;  ///< spread over the space
  std::size_t starts = 10;        ///< from which is climbed
  bool climb = true;              ///< else the best candidate is taken as it is
};

/// Maximises an acquisition over a mixed space.
///
/// Candidates are scrambled Sobol points, neighbours of the best known points (every value of each
/// discrete coordinate, every bound, small moves of some coordinates). From the best of them, and
/// some more drawn by their value, L-BFGS climbs along the continuous coordinates, all starts side
/// by side; then each discrete coordinate in turn takes the best of its values; and so on until
/// nothing changes. Without a gradient the best candidates are moved at random, some of their
/// coordinates by a little, instead of climbing. Points are always ones that an assignment has.
class AcquisitionSearch {
 public:
  AcquisitionSearch(const ModelSpace& space, const SearchOptions& options, std::uint64_t seed);

  /// Distinct points, best first.
  /// @param known  good points to look around, best first
  /// @param index  names the random draws
  std::vector<Candidate> search(const Acquisition& acquisition,
                                std::span<const std::vector<double>> known,
                                std::uint64_t index) const;

 private:
  using Points = std::vector<std::vector<double>>;

  Points spread(std::uint64_t index) const;
  Points candidates(std::span<const std::vector<double>> known, std::uint64_t index) const;
  void add_neighbours(const std::vector<double>& known, Points& points) const;
  void add_moved(const std::vector<double>& known, Draw& draw, Points& points) const;
  std::vector<Candidate> screened(const Acquisition& acquisition, Points points) const;
  void wander(const Acquisition& acquisition, std::uint64_t index,
              std::vector<Candidate>& candidates) const;
  std::vector<Candidate> starts(const std::vector<Candidate>& candidates,
                                std::span<const std::vector<double>> known,
                                std::uint64_t index) const;

  const ModelSpace& space_;
  SearchOptions options_;
  std::uint64_t seed_;
  std::optional<Sobol> sobol_;
};

}  // namespace diwan::gp
