// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/hypervolume.hpp"

#include <algorithm>

namespace diwan {
namespace {

using Rows = std::vector<std::vector<double>>;

/// Of the first `objectives` columns alone, by rows below the reference in all of them.
double sliced(Rows rows, std::span<const double> reference, std::size_t objectives) {
  const std::size_t last = objectives - 1;
  std::sort(rows.begin(), rows.end(),
            [last](const auto& a, const auto& b) { return a[last] < b[last]; });
  if (objectives == 1) {
    return rows.empty() ? 0 : reference[0] - rows.front()[0];
  }
  double volume = 0;
  double least = reference[0];
  Rows below;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double depth =
        (i + 1 < rows.size() ? rows[i + 1][last] : reference[last]) - rows[i][last];
    least = std::min(least, rows[i][0]);
    if (objectives == 2) {
      volume += depth * (reference[0] - least);
      continue;
    }
    below.push_back(rows[i]);
    if (depth > 0) {
      volume += depth * sliced(below, reference, last);
    }
  }
  return volume;
}

}  // namespace

bool dominates(std::span<const double> a, std::span<const double> b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) {
      return false;
    }
    better = better || a[i] < b[i];
  }
  return better;
}

std::vector<std::size_t> non_dominated(std::span<const std::vector<double>> rows) {
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto beats = [&](std::size_t other) {
      return rows[other] == rows[i] || dominates(rows[other], rows[i]);
    };
    if (std::any_of(front.begin(), front.end(), beats)) {
      continue;
    }
    std::erase_if(front, [&](std::size_t other) { return dominates(rows[i], rows[other]); });
    front.push_back(i);
  }
  return front;
}

double hypervolume(std::vector<std::vector<double>> rows, std::span<const double> reference) {
  std::erase_if(rows, [&](const std::vector<double>& row) {
    return !std::equal(row.begin(), row.end(), reference.begin(),
                       [](double value, double bound) { return value < bound; });
  });
  Rows front;
  for (const std::size_t i : non_dominated(rows)) {
    front.push_back(rows[i]);
  }
  return sliced(std::move(front), reference, reference.size());
}

}  // namespace diwan
