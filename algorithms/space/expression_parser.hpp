// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace diwan {

/// What is wrong with an expression at a character, and how to mend it.
struct ExpressionProblem {
  std::size_t position = 0;  ///< of the character, counted in bytes from 0
  std::string what;
  std::string mend;
  bool operator==(const ExpressionProblem&) const = default;
};

/// what() reads `character 7: what; mend`, counted from 1.
class ExpressionError : public std::invalid_argument {
 public:
  explicit ExpressionError(ExpressionProblem problem);
  const ExpressionProblem& problem() const { return problem_; }

 private:
  ExpressionProblem problem_;
};

enum class ExpressionKind {
  number,
  text,
  name,
  negation,
  logical_not,
  logical_and,
  logical_or,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  unequal,
  add,
  subtract,
  multiply,
  divide,
  power
};

/// One operation or leaf; operands are indices of earlier nodes, of one operand `left`.
struct ExpressionNode {
  ExpressionKind kind = ExpressionKind::number;
  std::size_t position = 0;
  double number = 0;
  std::string text;  ///< of a text or name
  std::size_t left = 0;
  std::size_t right = 0;
  bool operator==(const ExpressionNode&) const = default;
};

/// The nodes of an expression, each after its operands, the whole last.
///
/// From loosest to tightest: or; and; not; < <= > >= == != (not chained); + -; * /; the sign -; **
/// (from the right). Numbers, names, texts in single or double quotes, parentheses. A name is
/// letters, digits, _ and dots, or anything between backquotes.
/// @throws ExpressionError at the first character that does not fit.
std::vector<ExpressionNode> parse_expression(std::string_view text);

}  // namespace diwan
