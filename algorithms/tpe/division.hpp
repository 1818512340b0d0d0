// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

namespace diwan {

/// The observations that have results, divided into a good group and the rest [Bergstra et al.
/// 2011]. Order: complete ones by value, then early stopped ones by value, ties by age.
class Division {
 public:
  /// Good group min(ceil(gamma sqrt n), 25) of n results; absent: min(ceil(0.15 n), 25).
  explicit Division(std::optional<double> gamma) : gamma_(gamma) {}

  struct Result {
    bool early_stopped = false;
    double value = 0;
    std::size_t observation = 0;
    bool operator<(const Result& other) const {
      return std::tie(early_stopped, value, observation) <
             std::tie(other.early_stopped, other.value, other.observation);
    }
  };
  /// An observation that changes the group.
  struct Move {
    std::size_t observation = 0;
    bool to_good = false;
  };
  /// Takes a result into the bad group, and says who moves then, in order.
  std::vector<Move> take(const Result& result);

  struct Weighted {
    std::size_t observation = 0;
    double weight = 1;
  };
  /// The good group, best first. Weights of expected improvement [Watanabe 2023]: how far below the
  /// best of the bad group, the largest 1 and none below 1e-12.
  std::vector<Weighted> good() const;
  /// Has good() changed since it was called last?
  bool changed() const { return changed_; }

  /// Members of the good group of n results.
  static std::size_t good_size(std::size_t n, std::optional<double> gamma);

 private:
  std::optional<double> gamma_;
  std::set<Result> good_;
  std::set<Result> bad_;
  std::optional<double> best_bad_;
  mutable bool changed_ = true;
};

}  // namespace diwan
