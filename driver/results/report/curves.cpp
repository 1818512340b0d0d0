// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/curves.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

namespace diwan {
namespace {

constexpr std::size_t most_kept = 1024;  ///< points of one curve; twice as many while it grows

bool earlier(const CurvePoint& left, const CurvePoint& right) { return left.step < right.step; }

/// Sorted by step; of one step the value that came last.
std::vector<CurvePoint> in_order(std::vector<CurvePoint> points) {
  if (!std::is_sorted(points.begin(), points.end(), earlier)) {
    std::stable_sort(points.begin(), points.end(), earlier);
  }
  std::vector<CurvePoint> kept;
  kept.reserve(points.size());
  for (const CurvePoint& point : points) {
    if (!kept.empty() && kept.back().step == point.step) {
      kept.back() = point;
    } else {
      kept.push_back(point);
    }
  }
  return kept;
}

struct Mean {
  double step = 0;
  double value = 0;
};

/// Of the points [from, to), which are not none.
Mean mean_of(const std::vector<CurvePoint>& points, std::size_t from, std::size_t to) {
  Mean sum;
  for (std::size_t i = from; i < to; ++i) {
    sum.step += static_cast<double>(points[i].step);
    sum.value += points[i].value;
  }
  const auto count = static_cast<double>(to - from);
  return {.step = sum.step / count, .value = sum.value / count};
}

}  // namespace

std::vector<CurvePoint> thinned(const std::vector<CurvePoint>& points, std::size_t most) {
  if (points.size() <= most) {
    return points;
  }
  std::vector<CurvePoint> kept{points.front()};
  const std::size_t stretches = most - 2;
  const auto begin_of = [&](std::size_t stretch) {
    return 1 + stretch * (points.size() - 2) / std::max<std::size_t>(stretches, 1);
  };
  for (std::size_t s = 0; s < stretches; ++s) {
    const std::size_t next = begin_of(s + 1);
    const std::size_t next_end = s + 1 < stretches ? begin_of(s + 2) : points.size();
    const Mean ahead = mean_of(points, next, next_end);
    const CurvePoint& behind = kept.back();
    std::size_t best = begin_of(s);
    double largest = -1;
    for (std::size_t i = begin_of(s); i < next; ++i) {
      const double area = std::abs(
          (static_cast<double>(behind.step) - ahead.step) * (points[i].value - behind.value) -
          static_cast<double>(behind.step - points[i].step) * (ahead.value - behind.value));
      if (area > largest) {
        largest = area;
        best = i;
      }
    }
    kept.push_back(points[best]);
  }
  kept.push_back(points.back());
  return kept;
}

void CurveBook::take(const Record& record) {
  if (const auto* observed = std::get_if<Observed>(&record.event)) {
    take(*observed);
  }
}

void CurveBook::take(const Observed& batch) {
  if (batch.steps.empty()) {
    return;
  }
  Book& book = books_[{batch.metric, batch.run.trial}];
  if (book.attempt != batch.run.attempt) {
    if (batch.own_steps && book.own_steps) {
      book.points = in_order(std::move(book.points));
      const CurvePoint first{.step = batch.steps.front(), .value = 0};
      book.points.erase(std::lower_bound(book.points.begin(), book.points.end(), first, earlier),
                        book.points.end());
    } else {
      book.points.clear();
    }
    book.attempt = batch.run.attempt;
  }
  book.own_steps = batch.own_steps;
  for (std::size_t i = 0; i < batch.values.size(); ++i) {
    if (std::isfinite(batch.values[i])) {
      book.points.push_back({.step = batch.steps[i], .value = batch.values[i]});
    }
  }
  if (book.points.size() > 2 * most_kept) {
    book.points = thinned(in_order(std::move(book.points)), most_kept);
  }
}

std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<CurvePoint>> CurveBook::curves()
    const {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<CurvePoint>> all;
  for (const auto& [key, book] : books_) {
    all.emplace(key, in_order(book.points));
  }
  return all;
}

}  // namespace diwan
