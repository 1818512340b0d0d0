// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/expression.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "algorithms/space/spelling.hpp"

namespace diwan {
namespace {

using Kind = ExpressionKind;

enum class Type { number, text, numeric_text, condition, broken };

bool is_comparison(Kind kind) { return kind >= Kind::less && kind <= Kind::unequal; }
bool is_logical(Kind kind) { return kind >= Kind::logical_not && kind <= Kind::logical_or; }
bool is_unary(Kind kind) { return kind == Kind::negation || kind == Kind::logical_not; }
bool as_number(Type type) { return type == Type::number || type == Type::numeric_text; }
bool as_text(Type type) { return type == Type::text || type == Type::numeric_text; }

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = problem == std::errc{} && end == text.data() + text.size();
  return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

const Categorical* categorical(const SearchSpace& space, const ExpressionNode& node) {
  const std::optional<std::size_t> index = space.index_of(node.text);
  return node.kind == Kind::name && index
             ? std::get_if<Categorical>(&space.parameters()[*index].domain)
             : nullptr;
}

Type type_of(const Domain& domain) {
  const auto* const list = std::get_if<Categorical>(&domain);
  if (list == nullptr) {
    return Type::number;
  }
  const auto numeric = [](const std::string& text) { return number(text).has_value(); };
  return std::all_of(list->choices.begin(), list->choices.end(), numeric) ? Type::numeric_text
                                                                          : Type::text;
}

std::string described(const ExpressionNode& node, Type type) {
  switch (type) {
    case Type::text:
      return (node.kind == Kind::text ? "the text '" : "the categorical ") + node.text +
             (node.kind == Kind::text ? "'" : "");
    case Type::condition:
      return "a condition";
    case Type::number:
    case Type::numeric_text:
    case Type::broken:
      break;
  }
  return node.kind == Kind::name ? "the number " + node.text : "a number";
}

/// Finds the type of every node and notes what does not fit.
class Checker {
 public:
  Checker(const SearchSpace& space, const std::vector<ExpressionNode>& nodes)
      : space_(space), nodes_(nodes), types_(nodes.size(), Type::broken) {}

  std::vector<ExpressionProblem> check() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      types_[i] = type(nodes_[i]);
    }
    require(nodes_.size() - 1, Type::condition, "is compared with nothing",
            "write a comparison, such as lr < 0.1");
    std::stable_sort(problems_.begin(), problems_.end(),
                     [](const auto& a, const auto& b) { return a.position < b.position; });
    return std::move(problems_);
  }

 private:
  void note(std::size_t position, std::string what, std::string mend) {
    problems_.push_back({.position = position, .what = std::move(what), .mend = std::move(mend)});
  }

  void require(std::size_t index, Type wanted, const char* verb, const char* mend) {
    const Type found = types_[index];
    if (found == Type::broken || found == wanted ||
        (wanted == Type::number && found == Type::numeric_text)) {
      return;
    }
    note(nodes_[index].position, described(nodes_[index], found) + " " + verb, mend);
  }

  Type type(const ExpressionNode& node) {
    switch (node.kind) {
      case Kind::number:
        return Type::number;
      case Kind::text:
        return Type::text;
      case Kind::name:
        return name(node);
      default:
        break;
    }
    if (is_comparison(node.kind)) {
      compare(node);
      return Type::condition;
    }
    const bool logical = is_logical(node.kind);
    const Type wanted = logical ? Type::condition : Type::number;
    const char* verb = logical ? "stands where a condition is meant" : "is calculated with";
    const char* mend = logical ? "compare it, as in lr < 0.1" : "calculate with numbers only";
    require(node.left, wanted, verb, mend);
    if (!is_unary(node.kind)) {
      require(node.right, wanted, verb, mend);
    }
    return wanted;
  }

  Type name(const ExpressionNode& node) {
    if (const std::optional<std::size_t> index = space_.index_of(node.text)) {
      return type_of(space_.parameters()[*index].domain);
    }
    std::vector<std::string> names;
    for (const Parameter& parameter : space_.parameters()) {
      names.push_back(parameter.name);
    }
    const std::optional<std::string> near = nearest_name(node.text, names);
    note(node.position, "no parameter is named " + node.text,
         near ? "did you mean " + *near + "?"
              : "name a parameter; quote texts, and put names with other characters in backquotes");
    return Type::broken;
  }

  void compare(const ExpressionNode& node) {
    const Type left = types_[node.left];
    const Type right = types_[node.right];
    if (left == Type::broken || right == Type::broken) {
      return;
    }
    if (as_number(left) && as_number(right)) {
      return;
    }
    if (!as_text(left) || !as_text(right)) {
      note(node.position,
           "compares " + described(nodes_[node.left], left) + " with " +
               described(nodes_[node.right], right),
           left == Type::condition || right == Type::condition
               ? "join conditions with and, or, not"
               : "write numbers without quotes and choices with them");
      return;
    }
    if (node.kind != Kind::equal && node.kind != Kind::unequal) {
      note(node.position, "puts texts in order", "compare texts by == or != only");
    }
    choice(node.left, node.right);
    choice(node.right, node.left);
  }

  /// A text compared with a categorical must be one of its choices, or the comparison is constant.
  void choice(std::size_t parameter, std::size_t text) {
    const Categorical* const list = categorical(space_, nodes_[parameter]);
    if (list == nullptr || nodes_[text].kind != Kind::text) {
      return;
    }
    const std::string& wanted = nodes_[text].text;
    if (std::find(list->choices.begin(), list->choices.end(), wanted) != list->choices.end()) {
      return;
    }
    const std::optional<std::string> near = nearest_name(wanted, list->choices);
    std::string choices;
    for (const std::string& known : list->choices) {
      choices += (choices.empty() ? "" : ", ") + known;
    }
    note(nodes_[text].position, nodes_[parameter].text + " has no choice '" + wanted + "'",
         near ? "did you mean '" + *near + "'?" : "choose from " + choices);
  }

  const SearchSpace& space_;
  const std::vector<ExpressionNode>& nodes_;
  std::vector<Type> types_;
  std::vector<ExpressionProblem> problems_;
};

}  // namespace

Expression Expression::parse(std::string_view text) {
  Expression expression;
  expression.text_ = text;
  expression.nodes_ = parse_expression(text);
  return expression;
}

std::vector<std::string> Expression::names() const {
  std::vector<std::string> names;
  for (const ExpressionNode& node : nodes_) {
    if (node.kind == Kind::name &&
        std::find(names.begin(), names.end(), node.text) == names.end()) {
      names.push_back(node.text);
    }
  }
  return names;
}

std::vector<ExpressionProblem> Expression::check(const SearchSpace& space) const {
  return Checker(space, nodes_).check();
}

BoundExpression Expression::bind(const SearchSpace& space) const {
  if (const std::vector<ExpressionProblem> problems = check(space); !problems.empty()) {
    throw ExpressionError(problems.front());
  }
  return {nodes_, space};
}

std::optional<bool> Expression::holds(const SearchSpace& space,
                                      const Assignment& assignment) const {
  return bind(space).holds(assignment);
}

}  // namespace diwan
