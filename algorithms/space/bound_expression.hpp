// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "algorithms/space/assignment.hpp"
#include "algorithms/space/expression_parser.hpp"
#include "algorithms/space/search_space.hpp"

namespace diwan {

/// A checked expression whose names were looked up in its space, to be evaluated often.
class BoundExpression {
 public:
  /// For nodes in which Expression::check() found nothing wrong.
  BoundExpression(std::span<const ExpressionNode> nodes, const SearchSpace& space);

  /// Does the assignment satisfy it? Nothing where that hangs on an inactive parameter or on a
  /// number that is none (0/0); `a or b` holds when b does, whatever a. Allocates nothing for
  /// expressions of up to 32 nodes.
  std::optional<bool> holds(const Assignment& assignment) const;

  /// The parameters it speaks of, each once, in order of their first use.
  const std::vector<std::size_t>& parameters() const { return parameters_; }

  /// The same over the space without a parameter that it does not speak of.
  BoundExpression without(std::size_t parameter) const;

  bool operator==(const BoundExpression&) const = default;

 private:
  struct Node {
    ExpressionKind kind = ExpressionKind::number;
    std::size_t left = 0;
    std::size_t right = 0;
    double number = 0;
    std::string text;
    std::size_t parameter = 0;         ///< of a name
    bool is_list = false;              ///< the name's values are indices into what follows
    std::vector<double> numbers;       ///< NaN for a choice that is no number
    std::vector<std::string> choices;  ///< of a categorical
    bool operator==(const Node& other) const;
  };
  /// What a node came to. An unknown number is NaN, an unknown text or truth is absent.
  struct Outcome {
    double number = Assignment::inactive;
    const std::string* text = nullptr;
    std::optional<bool> truth;
  };

  static Node named(const std::string& name, const SearchSpace& space);
  static Outcome leaf(const Node& node, const Assignment& assignment);
  void evaluate(const Assignment& assignment, std::span<Outcome> outcomes) const;

  std::vector<Node> nodes_;
  std::vector<std::size_t> parameters_;
};

}  // namespace diwan
