// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/box_decomposition.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

namespace diwan {
namespace {

using Point = std::vector<double>;

/// Does any of the box lie where the point dominates?
bool reaches(const Point& point, const Box& box) {
  return std::equal(point.begin(), point.end(), box.upper.begin(),
                    [](double value, double upper) { return value < upper; });
}

/// What the point leaves of a box that it reaches: the part before it in the last objective, then
/// of the rest the part before it in the first objective, and so on.
std::vector<Box> remainder(Box box, const Point& point) {
  std::vector<Box> parts;
  const std::size_t objectives = point.size();
  for (std::size_t i = 0; i < objectives; ++i) {
    const std::size_t objective = (i + objectives - 1) % objectives;
    const double at = point[objective];
    if (box.lower[objective] < at) {
      parts.push_back(box);
      parts.back().upper[objective] = at;
      box.lower[objective] = at;
    }
  }
  return parts;
}

/// The objective along which one box begins where the other ends, all else being equal.
std::optional<std::size_t> seam(const Box& a, const Box& b) {
  std::optional<std::size_t> found;
  for (std::size_t j = 0; j < a.upper.size(); ++j) {
    if (a.lower[j] == b.lower[j] && a.upper[j] == b.upper[j]) {
      continue;
    }
    if (found || (a.upper[j] != b.lower[j] && b.upper[j] != a.lower[j])) {
      return std::nullopt;
    }
    found = j;
  }
  return found;
}

/// Adds a box, as one with those that continue it.
void add_joined(Box box, std::vector<Box>& boxes) {
  for (std::size_t i = 0; i < boxes.size();) {
    const std::optional<std::size_t> along = seam(box, boxes[i]);
    if (!along) {
      ++i;
      continue;
    }
    box.lower[*along] = std::min(box.lower[*along], boxes[i].lower[*along]);
    box.upper[*along] = std::max(box.upper[*along], boxes[i].upper[*along]);
    boxes.erase(boxes.begin() + static_cast<std::ptrdiff_t>(i));
    i = 0;
  }
  boxes.push_back(std::move(box));
}

/// Volume of what lies above the floor.
double volume(const Box& box, const Point& floor) {
  double product = 1;
  for (std::size_t i = 0; i < floor.size(); ++i) {
    product *= std::max(0.0, box.upper[i] - std::max(box.lower[i], floor[i]));
  }
  return product;
}

/// As far below the least of the front as the reference is above it.
Point floor_of(const std::vector<Point>& front, const Point& reference) {
  Point floor = reference;
  for (std::size_t i = 0; i < floor.size(); ++i) {
    for (const Point& point : front) {
      floor[i] = std::min(floor[i], 2 * point[i] - reference[i]);
    }
  }
  return floor;
}

}  // namespace

std::vector<Box> undominated_boxes(std::vector<std::vector<double>> front,
                                   const std::vector<double>& reference, std::size_t most) {
  std::sort(front.begin(), front.end(), [](const Point& a, const Point& b) {
    return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
  });
  const Point floor = floor_of(front, reference);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::vector<Box> boxes = {
      {.lower = std::vector<double>(reference.size(), -infinity), .upper = reference}};
  for (const Point& point : front) {
    const auto reached = std::stable_partition(
        boxes.begin(), boxes.end(), [&](const Box& box) { return !reaches(point, box); });
    std::vector<Box> cut(std::make_move_iterator(reached), std::make_move_iterator(boxes.end()));
    boxes.erase(reached, boxes.end());
    std::vector<Box> left;
    for (std::size_t i = 0; i < cut.size(); ++i) {
      std::vector<Box> parts = remainder(std::move(cut[i]), point);
      const std::size_t others = boxes.size() + left.size() + cut.size() - 1 - i;
      const bool full = others + parts.size() > most;
      if (full && !parts.empty()) {
        const auto largest = std::max_element(
            parts.begin(), parts.end(),
            [&](const Box& a, const Box& b) { return volume(a, floor) < volume(b, floor); });
        add_joined(std::move(*largest), left);
        continue;
      }
      for (Box& part : parts) {
        add_joined(std::move(part), left);
      }
    }
    std::move(left.begin(), left.end(), std::back_inserter(boxes));
  }
  return boxes;
}

}  // namespace diwan
