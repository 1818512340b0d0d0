// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/front_division.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "algorithms/box_decomposition.hpp"
#include "algorithms/hypervolume.hpp"

namespace diwan {
namespace {

using Rows = std::vector<std::vector<double>>;

/// Every column from 0 to 1; 0 where it has one value alone.
Rows normalised(Rows rows) {
  for (std::size_t j = 0; j < rows.front().size(); ++j) {
    double least = rows.front()[j];
    double greatest = least;
    for (const std::vector<double>& row : rows) {
      least = std::min(least, row[j]);
      greatest = std::max(greatest, row[j]);
    }
    // Halves, so that the difference of two huge values is finite.
    const double width = 0.5 * greatest - 0.5 * least;
    for (std::vector<double>& row : rows) {
      row[j] = width > 0 ? (0.5 * row[j] - 0.5 * least) / width : 0;
    }
  }
  return rows;
}

/// Volume of the parts of the boxes that the row dominates.
double gain(const std::vector<Box>& boxes, const std::vector<double>& row) {
  double total = 0;
  for (const Box& box : boxes) {
    double volume = 1;
    for (std::size_t j = 0; j < row.size() && volume > 0; ++j) {
      volume *= std::max(0.0, box.upper[j] - std::max(box.lower[j], row[j]));
    }
    total += volume;
  }
  return total;
}

}  // namespace

std::vector<std::size_t> spread(const std::vector<std::vector<double>>& front, std::size_t count) {
  if (count == 0 || front.empty()) {
    return {};
  }
  const Rows rows = normalised(front);
  const std::vector<double> reference(rows.front().size(), 1.1);
  std::vector<std::size_t> chosen;
  std::vector<bool> taken(rows.size(), false);
  Rows so_far;
  while (chosen.size() < std::min(count, rows.size())) {
    const std::vector<Box> boxes = undominated_boxes(so_far, reference);
    std::size_t best = rows.size();
    double most = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double one = taken[i] ? 0 : gain(boxes, rows[i]);
      if (!taken[i] && (best == rows.size() || one > most)) {
        best = i;
        most = one;
      }
    }
    taken[best] = true;
    chosen.push_back(best);
    so_far.push_back(rows[best]);
  }
  return chosen;
}

/// Adds observations until there are `size`, as far as there are any of this kind.
void FrontDivision::choose(bool early_stopped, std::size_t size,
                           std::vector<std::size_t>& chosen) const {
  std::vector<std::size_t> rest;
  for (std::size_t i = 0; i < results_.size(); ++i) {
    if (results_[i].early_stopped == early_stopped) {
      rest.push_back(i);
    }
  }
  while (!rest.empty() && chosen.size() < size) {
    Rows rows;
    for (const std::size_t i : rest) {
      rows.push_back(results_[i].objectives);
    }
    const std::vector<std::size_t> front = non_dominated(rows);
    if (chosen.size() + front.size() <= size) {
      for (const std::size_t place : front) {
        chosen.push_back(results_[rest[place]].observation);
      }
    } else {
      Rows front_rows;
      for (const std::size_t place : front) {
        front_rows.push_back(rows[place]);
      }
      for (const std::size_t i : spread(front_rows, size - chosen.size())) {
        chosen.push_back(results_[rest[front[i]]].observation);
      }
    }
    std::vector<std::size_t> behind;
    for (std::size_t place = 0; place < rest.size(); ++place) {
      if (!std::binary_search(front.begin(), front.end(), place)) {
        behind.push_back(rest[place]);
      }
    }
    rest = std::move(behind);
  }
}

void FrontDivision::take(Result result) {
  results_.push_back(std::move(result));
  settled_ = false;
}

std::vector<Division::Move> FrontDivision::settle() const {
  if (settled_) {
    return {};
  }
  settled_ = true;
  const std::size_t size = Division::good_size(results_.size(), gamma_);
  std::vector<std::size_t> chosen;
  choose(false, size, chosen);
  choose(true, size, chosen);
  std::sort(chosen.begin(), chosen.end());
  std::vector<Division::Move> moves;
  for (const std::size_t one : chosen) {
    if (!std::binary_search(good_.begin(), good_.end(), one)) {
      moves.push_back({.observation = one, .to_good = true});
    }
  }
  for (const std::size_t one : good_) {
    if (!std::binary_search(chosen.begin(), chosen.end(), one)) {
      moves.push_back({.observation = one, .to_good = false});
    }
  }
  good_ = std::move(chosen);
  changed_ = changed_ || !moves.empty();
  return moves;
}

std::vector<Division::Weighted> FrontDivision::good() const {
  assert(settled_);
  changed_ = false;
  std::vector<Division::Weighted> result;
  for (const std::size_t one : good_) {
    result.push_back({.observation = one, .weight = 1});
  }
  return result;
}

}  // namespace diwan
