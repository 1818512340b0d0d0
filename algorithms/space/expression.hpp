// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/space/assignment.hpp"
#include "algorithms/space/bound_expression.hpp"
#include "algorithms/space/expression_parser.hpp"
#include "algorithms/space/search_space.hpp"

namespace diwan {

/// A condition over the parameters of a search space, as `constraints` and `when` give it:
/// `batch * depth <= 4096`, `lr < 0.1 or opt == 'sgd'`.
class Expression {
 public:
  /// @throws ExpressionError at the first character that does not fit the grammar.
  static Expression parse(std::string_view text);

  const std::string& text() const { return text_; }
  /// The parameters it speaks of, each once, in order of their first use.
  std::vector<std::string> names() const;

  /// Everything that keeps it from being a condition over `space`, in order of position: unknown
  /// names and choices, a text where a number is meant, a number where a condition is meant.
  /// A categorical whose choices are all numbers also serves as a number.
  std::vector<ExpressionProblem> check(const SearchSpace& space) const;

  /// Itself with its names looked up, to be evaluated often.
  /// @throws ExpressionError with the first of check().
  BoundExpression bind(const SearchSpace& space) const;
  /// As BoundExpression::holds(), bound for this once.
  /// @throws ExpressionError with the first of check().
  std::optional<bool> holds(const SearchSpace& space, const Assignment& assignment) const;

  bool operator==(const Expression&) const = default;

 private:
  std::string text_;
  std::vector<ExpressionNode> nodes_;
};

}  // namespace diwan
