// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "algorithms/seen.hpp"

namespace diwan {

/// Values for some parameters of a space that were drawn together, and how much likelier each draw
/// is among the good.
class Candidates {
 public:
  explicit Candidates(std::vector<std::size_t> parameters) : parameters_(std::move(parameters)) {}

  /// Takes a draw that is not there yet: one value for each of the parameters.
  void add(std::span<const double> values, double score);
  bool contains(std::span<const double> values) const;
  /// Puts the best first; equal ones as they were drawn.
  void sort();

  std::size_t size() const { return order_.size(); }
  double score(std::size_t rank) const { return order_[rank].score; }
  /// Writes the draw of this rank into an assignment.
  void write(std::size_t rank, Assignment& assignment) const;

 private:
  struct Drawn {
    double score = 0;
    std::uint32_t row = 0;
  };

  std::span<const double> row(std::size_t number) const;
  /// Where the row of these values stands in slots_, or would.
  std::size_t slot(std::span<const double> values) const;

  std::vector<std::size_t> parameters_;
  std::vector<double> values_;  ///< row by row
  std::vector<Drawn> order_;
  std::vector<std::uint32_t> slots_;  ///< rows + 1 by hash, 0: free; of 2^k, half of them free
};

/// The fresh assignment of the highest sum of scores, one draw from each list; nothing after 1000
/// that were not fresh.
std::optional<Assignment> best_fresh(const std::vector<Candidates>& lists, std::size_t parameters,
                                     const Seen& seen);

}  // namespace diwan
