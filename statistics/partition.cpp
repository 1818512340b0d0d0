// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "statistics/partition.hpp"

#include <algorithm>
#include <utility>

namespace diwan::statistics {

double share_at_or_below(const gp::ModelSpace& space, std::size_t dimension, double place) {
  if (space.count(dimension) == 0) {
    return std::clamp(place, 0.0, 1.0);
  }
  const Axis& axis = space.space().axis(space.parameter(dimension));
  const double nearest = axis.decode(place);
  const Axis::Cell cell = axis.cell(nearest);
  return axis.share_below(axis.encode(nearest) <= place ? cell.upper : cell.lower);
}

/// Goes down the tree and notes the box of each leaf.
class Partition::Walk {
 public:
  Walk(const gp::Tree& tree, const gp::ModelSpace& space, Partition& partition)
      : tree_(tree), space_(space), partition_(partition) {
    for (const std::vector<double>& shares : partition.shares_) {
      here_.push_back({{.from = 0, .to = static_cast<std::uint32_t>(shares.size())}});
    }
    visit(0);
    partition.first_range_.push_back(partition.ranges_.size());
  }

 private:
  void visit(std::size_t number);
  void note(double value);
  /// The cells that go below, of all of a node's coordinate.
  Range cells_below(const gp::Tree::Node& node) const;
  static std::vector<Range> inside(const std::vector<Range>& ranges, Range part);
  static std::vector<Range> outside(const std::vector<Range>& ranges, Range part);

  const gp::Tree& tree_;
  const gp::ModelSpace& space_;
  Partition& partition_;
  std::vector<std::vector<Range>> here_;  ///< by coordinate
};

Partition::Range Partition::Walk::cells_below(const gp::Tree::Node& node) const {
  const std::vector<double>& cuts = partition_.cuts_[node.coordinate];
  const double at = node.ordered ? share_at_or_below(space_, node.coordinate, node.at) : node.at;
  const auto cut =
      static_cast<std::uint32_t>(std::lower_bound(cuts.begin(), cuts.end(), at) - cuts.begin());
  if (!node.ordered) {
    return {.from = cut, .to = cut + 1};
  }
  return {.from = 0, .to = at > 0 ? cut + 1 : 0};
}

std::vector<Partition::Range> Partition::Walk::inside(const std::vector<Range>& ranges,
                                                      Range part) {
  std::vector<Range> result;
  for (const Range range : ranges) {
    const Range both{.from = std::max(range.from, part.from), .to = std::min(range.to, part.to)};
    if (both.from < both.to) {
      result.push_back(both);
    }
  }
  return result;
}

std::vector<Partition::Range> Partition::Walk::outside(const std::vector<Range>& ranges,
                                                       Range part) {
  std::vector<Range> result = inside(ranges, {.from = 0, .to = part.from});
  const std::vector<Range> rest = inside(ranges, {.from = part.to, .to = UINT32_MAX});
  result.insert(result.end(), rest.begin(), rest.end());
  return result;
}

void Partition::Walk::visit(std::size_t number) {
  const gp::Tree::Node& node = tree_.nodes()[number];
  if (node.is_leaf()) {
    note(tree_.leaves()[node.leaf].mean);
    return;
  }
  const Range below = cells_below(node);
  std::vector<Range>& cells = here_[node.coordinate];
  const std::vector<Range> all = cells;
  cells = inside(all, below);
  if (!cells.empty()) {
    visit(node.below);
  }
  cells = outside(all, below);
  if (!cells.empty()) {
    visit(node.above);
  }
  cells = all;
}

void Partition::Walk::note(double value) {
  double share = 1;
  for (std::size_t d = 0; d < here_.size(); ++d) {
    share *= partition_.share_of(d, here_[d]);
  }
  if (!(share > 0)) {
    return;
  }
  for (const std::vector<Range>& ranges : here_) {
    partition_.first_range_.push_back(partition_.ranges_.size());
    partition_.ranges_.insert(partition_.ranges_.end(), ranges.begin(), ranges.end());
  }
  partition_.values_.push_back(value);
  partition_.box_shares_.push_back(share);
}

Partition::Partition(const gp::Tree& tree, const gp::ModelSpace& space) {
  cut(tree, space);
  const Walk walk(tree, space, *this);
  for (std::size_t box = 0; box < values_.size(); ++box) {
    mean_ += box_shares_[box] * values_[box];
  }
  for (std::size_t box = 0; box < values_.size(); ++box) {
    values_[box] -= mean_;
    variance_ += box_shares_[box] * values_[box] * values_[box];
  }
}

void Partition::cut(const gp::Tree& tree, const gp::ModelSpace& space) {
  cuts_.resize(space.dimensions());
  for (const gp::Tree::Node& node : tree.nodes()) {
    if (!node.is_leaf()) {
      cuts_[node.coordinate].push_back(
          node.ordered ? share_at_or_below(space, node.coordinate, node.at) : node.at);
    }
  }
  for (std::size_t d = 0; d < cuts_.size(); ++d) {
    std::vector<double>& cuts = cuts_[d];
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    std::vector<double>& shares = shares_.emplace_back();
    if (space.ordered(d)) {
      std::erase_if(cuts, [](double at) { return at <= 0 || at >= 1; });
      double before = 0;
      for (const double at : cuts) {
        shares.push_back(at - before);
        before = at;
      }
      shares.push_back(1 - before);
    } else {
      const auto count = static_cast<double>(space.count(d));
      shares.assign(cuts.size(), 1 / count);
      shares.push_back(std::max(0.0, 1 - static_cast<double>(cuts.size()) / count));
    }
    std::vector<double>& below = below_.emplace_back(1, 0.0);
    for (const double share : shares) {
      below.push_back(below.back() + share);
    }
  }
}

double Partition::share_of(std::size_t dimension, std::span<const Range> ranges) const {
  const std::vector<double>& below = below_[dimension];
  double share = 0;
  for (const Range range : ranges) {
    share += below[range.to] - below[range.from];
  }
  return share;
}

std::span<const Partition::Range> Partition::ranges(std::size_t box, std::size_t dimension) const {
  const std::size_t* const first = &first_range_[box * shares_.size() + dimension];
  return {&ranges_[first[0]], first[1] - first[0]};
}

std::size_t Partition::cell_of(const gp::ModelSpace& space, std::size_t dimension,
                               double place) const {
  const std::vector<double>& cuts = cuts_[dimension];
  const bool ordered = space.ordered(dimension);
  const double at = ordered ? share_at_or_below(space, dimension, place) : place;
  const auto cut = std::lower_bound(cuts.begin(), cuts.end(), at);
  return static_cast<std::size_t>((ordered || cut == cuts.end() || *cut == at ? cut : cuts.end()) -
                                  cuts.begin());
}

std::vector<double> Partition::marginal(std::size_t dimension) const {
  std::vector<double> steps(shares_[dimension].size() + 1);
  for (std::size_t box = 0; box < values_.size(); ++box) {
    const std::span<const Range> cells = ranges(box, dimension);
    const double weight = values_[box] * box_shares_[box] / share_of(dimension, cells);
    for (const Range range : cells) {
      steps[range.from] += weight;
      steps[range.to] -= weight;
    }
  }
  for (std::size_t cell = 1; cell < steps.size(); ++cell) {
    steps[cell] += steps[cell - 1];
  }
  steps.pop_back();
  return steps;
}

std::vector<double> Partition::marginal(std::size_t first, std::size_t second) const {
  const std::size_t rows = shares_[first].size();
  const std::size_t columns = shares_[second].size();
  const std::size_t stride = columns + 1;
  std::vector<double> steps((rows + 1) * stride);
  for (std::size_t box = 0; box < values_.size(); ++box) {
    const std::span<const Range> up = ranges(box, first);
    const std::span<const Range> across = ranges(box, second);
    const double weight =
        values_[box] * box_shares_[box] / (share_of(first, up) * share_of(second, across));
    for (const Range row : up) {
      for (const Range column : across) {
        steps[row.from * stride + column.from] += weight;
        steps[row.from * stride + column.to] -= weight;
        steps[row.to * stride + column.from] -= weight;
        steps[row.to * stride + column.to] += weight;
      }
    }
  }
  std::vector<double> result(rows * columns);
  for (std::size_t row = 0; row < rows; ++row) {
    double sum = 0;
    for (std::size_t column = 0; column < columns; ++column) {
      sum += steps[row * stride + column];
      const double above = row == 0 ? 0 : result[(row - 1) * columns + column];
      result[row * columns + column] = above + sum;
    }
  }
  return result;
}

double Partition::variance_of(std::size_t dimension) const {
  const std::vector<double> means = marginal(dimension);
  double sum = 0;
  for (std::size_t cell = 0; cell < means.size(); ++cell) {
    sum += shares_[dimension][cell] * means[cell] * means[cell];
  }
  return sum;
}

double Partition::variance_of(std::size_t first, std::size_t second) const {
  const std::vector<double> means = marginal(first, second);
  const std::vector<double>& across = shares_[second];
  double sum = 0;
  for (std::size_t row = 0; row < shares_[first].size(); ++row) {
    double part = 0;
    for (std::size_t column = 0; column < across.size(); ++column) {
      const double mean = means[row * across.size() + column];
      part += across[column] * mean * mean;
    }
    sum += shares_[first][row] * part;
  }
  return sum;
}

}  // namespace diwan::statistics
