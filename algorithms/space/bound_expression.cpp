// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/bound_expression.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>
#include <variant>

namespace diwan {
namespace {

using Kind = ExpressionKind;

constexpr double unknown = Assignment::inactive;

double number_or_unknown(const std::string& text) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = problem == std::errc{} && end == text.data() + text.size();
  return whole && std::isfinite(value) ? value : unknown;
}

template <class T>
bool compared(Kind kind, const T& a, const T& b) {
  switch (kind) {
    case Kind::less:
      return a < b;
    case Kind::less_equal:
      return a <= b;
    case Kind::greater:
      return a > b;
    case Kind::greater_equal:
      return a >= b;
    case Kind::equal:
      return a == b;
    default:
      return a != b;
  }
}

double calculated(Kind kind, double a, double b) {
  switch (kind) {
    case Kind::negation:
      return -a;
    case Kind::add:
      return a + b;
    case Kind::subtract:
      return a - b;
    case Kind::multiply:
      return a * b;
    case Kind::divide:
      return a / b;
    case Kind::power:
      return std::isnan(a) || std::isnan(b) ? unknown : std::pow(a, b);
    default:
      return unknown;
  }
}

/// Kleene's three-valued logic.
std::optional<bool> joined(Kind kind, std::optional<bool> a, std::optional<bool> b) {
  if (kind == Kind::logical_not) {
    return a ? std::optional(!*a) : std::nullopt;
  }
  const bool decisive = kind == Kind::logical_or;
  if (a == decisive || b == decisive) {
    return decisive;
  }
  return a && b ? std::optional(!decisive) : std::nullopt;
}

}  // namespace

bool BoundExpression::Node::operator==(const Node& other) const {
  const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  return kind == other.kind && left == other.left && right == other.right &&
         number == other.number && text == other.text && parameter == other.parameter &&
         is_list == other.is_list && choices == other.choices &&
         std::equal(numbers.begin(), numbers.end(), other.numbers.begin(), other.numbers.end(),
                    same);
}

BoundExpression::BoundExpression(std::span<const ExpressionNode> nodes, const SearchSpace& space) {
  nodes_.reserve(nodes.size());
  for (const ExpressionNode& node : nodes) {
    Node bound;
    if (node.kind == Kind::name) {
      bound = named(node.text, space);
      if (std::find(parameters_.begin(), parameters_.end(), bound.parameter) == parameters_.end()) {
        parameters_.push_back(bound.parameter);
      }
    } else {
      bound.text = node.text;
    }
    bound.kind = node.kind;
    bound.left = node.left;
    bound.right = node.right;
    bound.number = node.number;
    nodes_.push_back(std::move(bound));
  }
}

BoundExpression::Node BoundExpression::named(const std::string& name, const SearchSpace& space) {
  Node node;
  node.parameter = space.index_of(name).value();
  const Domain& domain = space.parameters()[node.parameter].domain;
  if (const auto* const list = std::get_if<Categorical>(&domain)) {
    node.is_list = true;
    node.choices = list->choices;
    for (const std::string& choice : list->choices) {
      node.numbers.push_back(number_or_unknown(choice));
    }
  } else if (const auto* const numbers = std::get_if<Discrete>(&domain)) {
    node.is_list = true;
    node.numbers = numbers->values;
  }
  return node;
}

BoundExpression::Outcome BoundExpression::leaf(const Node& node, const Assignment& assignment) {
  Outcome outcome;
  if (node.kind == Kind::number) {
    outcome.number = node.number;
    return outcome;
  }
  if (node.kind == Kind::text) {
    outcome.text = &node.text;
    return outcome;
  }
  const double value = assignment.values.at(node.parameter);
  if (std::isnan(value) || !node.is_list) {
    outcome.number = value;
    return outcome;
  }
  const auto index = static_cast<std::size_t>(value);
  outcome.number = node.numbers.at(index);
  outcome.text = node.choices.empty() ? nullptr : &node.choices.at(index);
  return outcome;
}

void BoundExpression::evaluate(const Assignment& assignment, std::span<Outcome> outcomes) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    if (node.kind <= Kind::name) {
      outcomes[i] = leaf(node, assignment);
      continue;
    }
    const Outcome& left = outcomes[node.left];
    const Outcome& right = outcomes[node.right];  // of a unary operation unused
    Outcome outcome;
    if (node.kind >= Kind::less && node.kind <= Kind::unequal) {
      if (!std::isnan(left.number) && !std::isnan(right.number)) {
        outcome.truth = compared(node.kind, left.number, right.number);
      } else if (left.text != nullptr && right.text != nullptr) {
        outcome.truth = compared(node.kind, *left.text, *right.text);
      }
    } else if (node.kind >= Kind::logical_not && node.kind <= Kind::logical_or) {
      outcome.truth = joined(node.kind, left.truth, right.truth);
    } else {
      outcome.number = calculated(node.kind, left.number, right.number);
    }
    outcomes[i] = outcome;
  }
}

BoundExpression BoundExpression::without(std::size_t parameter) const {
  BoundExpression result = *this;
  for (Node& node : result.nodes_) {
    node.parameter -= node.parameter > parameter ? 1 : 0;
  }
  for (std::size_t& named : result.parameters_) {
    named -= named > parameter ? 1 : 0;
  }
  return result;
}

std::optional<bool> BoundExpression::holds(const Assignment& assignment) const {
  constexpr std::size_t usual = 32;
  if (nodes_.size() <= usual) {
    std::array<Outcome, usual> outcomes;
    evaluate(assignment, outcomes);
    return outcomes.at(nodes_.size() - 1).truth;
  }
  std::vector<Outcome> outcomes(nodes_.size());
  evaluate(assignment, outcomes);
  return outcomes.back().truth;
}

}  // namespace diwan
