// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "algorithms/space/assignment.hpp"
#include "algorithms/space/parameter.hpp"

namespace diwan::bench {

/// A complete grid of configurations, each trained for real: NAME.csv beside NAME.meta.json, as
/// bench/search/tables/README.md describes them. Values are to be minimised.
class Table {
 public:
  /// @param path  of the CSV file.
  /// @throws std::runtime_error if it cannot be read.
  explicit Table(const std::string& path);

  /// Ordered axes as integers 0..k-1, the others as categoricals.
  const std::vector<Parameter>& parameters() const { return parameters_; }
  /// Values of a learning curve; 1 where there is no curve.
  std::size_t epochs() const { return epochs_; }
  /// Value after each epoch; parameters beyond the table's are ignored.
  const std::vector<double>& curve(const Assignment& assignment) const;
  double best() const { return best_; }

 private:
  std::size_t row(const std::vector<std::size_t>& indices) const;

  std::vector<Parameter> parameters_;
  std::vector<std::size_t> sizes_;
  std::vector<std::vector<double>> curves_;
  std::size_t epochs_ = 1;
  double best_ = 0;
};

}  // namespace diwan::bench
