// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/space/expression_parser.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace diwan {
namespace {

using Kind = ExpressionKind;

constexpr std::size_t deepest = 100;  // the parser recurses; nobody nests this far

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

struct Token {
  enum class Kind { number, text, name, symbol, end };
  Kind kind = Kind::end;
  std::size_t position = 0;
  std::string text;  ///< contents of a text or name, else as written
  double number = 0;
};

[[noreturn]] void fail(std::size_t position, std::string what, std::string mend) {
  throw ExpressionError({.position = position, .what = std::move(what), .mend = std::move(mend)});
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) {
      ++at_;
    }
    if (at_ == text_.size()) {
      return {.kind = Token::Kind::end, .position = at_, .text = "the end"};
    }
    const char c = text_[at_];
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
      return number();
    }
    if (c == '\'' || c == '"' || c == '`') {
      return quoted(c);
    }
    if (is_letter(c)) {
      return name();
    }
    return symbol();
  }

 private:
  Token number() {
    Token token{.kind = Token::Kind::number, .position = at_, .text = {}};
    const char* begin = text_.data() + at_;
    const auto [end, problem] = std::from_chars(begin, text_.data() + text_.size(), token.number);
    token.text = std::string(begin, end);
    if (problem != std::errc{} || !std::isfinite(token.number)) {
      fail(at_, "number " + token.text + " is out of range", "write one that a double holds");
    }
    at_ += token.text.size();
    return token;
  }

  Token quoted(char quote) {
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == text_.npos) {
      fail(at_, std::string("the quote ") + quote + " is never closed",
           std::string("add ") + quote + " after the text");
    }
    Token token{
        .kind = quote == '`' ? Token::Kind::name : Token::Kind::text, .position = at_, .text = {}};
    token.text = std::string(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return token;
  }

  Token name() {
    std::size_t end = at_;
    while (end < text_.size() &&
           (is_letter(text_[end]) || is_digit(text_[end]) || text_[end] == '.')) {
      ++end;
    }
    Token token{.kind = Token::Kind::name, .position = at_, .text = {}};
    token.text = std::string(text_.substr(at_, end - at_));
    if (token.text == "and" || token.text == "or" || token.text == "not") {
      token.kind = Token::Kind::symbol;
    }
    at_ = end;
    return token;
  }

  Token symbol() {
    // Longest first.
    constexpr std::array<std::string_view, 13> symbols = {"**", "<=", ">=", "==", "!=", "<", ">",
                                                          "+",  "-",  "*",  "/",  "(",  ")"};
    for (const std::string_view known : symbols) {
      if (text_.substr(at_, known.size()) == known) {
        Token token{.kind = Token::Kind::symbol, .position = at_, .text = std::string(known)};
        at_ += known.size();
        return token;
      }
    }
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> mends = {
        {{"&", "write and"},
         {"|", "write or"},
         {"!", "write not, or != to compare"},
         {"=", "write == to compare"},
         {"^", "write ** for a power"}}};
    const auto* const mend = std::find_if(mends.begin(), mends.end(), [this](const auto& entry) {
      return entry.first.front() == text_[at_];
    });
    fail(at_, std::string("character ") + text_[at_] + " has no meaning here",
         mend != mends.end()
             ? std::string(mend->second)
             : "use and or not, comparisons, + - * / **, names, numbers and quoted text");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text), token_(lexer_.next()) {}

  std::vector<ExpressionNode> parse() {
    if (token_.kind == Token::Kind::end) {
      fail(0, "the expression is empty", "write a condition such as lr < 0.1");
    }
    either();
    if (token_.kind != Token::Kind::end) {
      fail(token_.position, "found " + token_.text + " where an operator was expected",
           "join the parts with and, or, a comparison or + - * / **");
    }
    return std::move(nodes_);
  }

 private:
  bool is(std::string_view symbol) const {
    return token_.kind == Token::Kind::symbol && token_.text == symbol;
  }

  Token take() { return std::exchange(token_, lexer_.next()); }

  std::size_t add(ExpressionNode node) {
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
  }

  std::size_t join(Kind kind, std::size_t position, std::size_t left, std::size_t right) {
    return add({.kind = kind, .position = position, .text = {}, .left = left, .right = right});
  }

  template <class Operators, class Operand>
  std::size_t chain(const Operators& operators, const Operand& operand) {
    std::size_t left = operand();
    while (const std::optional<Kind> kind = which(operators)) {
      const std::size_t position = take().position;
      left = join(*kind, position, left, operand());
    }
    return left;
  }

  template <class Operators>
  std::optional<Kind> which(const Operators& operators) const {
    for (const auto& [symbol, kind] : operators) {
      if (is(symbol)) {
        return kind;
      }
    }
    return std::nullopt;
  }

  using Operator = std::pair<std::string_view, Kind>;

  std::size_t either() {
    return chain(std::array{Operator{"or", Kind::logical_or}}, [this] { return both(); });
  }

  std::size_t both() {
    return chain(std::array{Operator{"and", Kind::logical_and}}, [this] { return inverted(); });
  }

  std::size_t inverted() {
    if (!is("not")) {
      return comparison();
    }
    const Depth depth(*this);
    const std::size_t position = take().position;
    return join(Kind::logical_not, position, inverted(), 0);
  }

  std::size_t comparison() {
    constexpr std::array operators = {
        Operator{"<", Kind::less},    Operator{"<=", Kind::less_equal},
        Operator{">", Kind::greater}, Operator{">=", Kind::greater_equal},
        Operator{"==", Kind::equal},  Operator{"!=", Kind::unequal}};
    const std::size_t left = sum();
    const std::optional<Kind> kind = which(operators);
    if (!kind) {
      return left;
    }
    const std::size_t position = take().position;
    const std::size_t right = sum();
    if (which(operators)) {
      fail(token_.position, "a comparison follows a comparison", "write a < b and b < c");
    }
    return join(*kind, position, left, right);
  }

  std::size_t sum() {
    return chain(std::array{Operator{"+", Kind::add}, Operator{"-", Kind::subtract}},
                 [this] { return product(); });
  }

  std::size_t product() {
    return chain(std::array{Operator{"*", Kind::multiply}, Operator{"/", Kind::divide}},
                 [this] { return sign(); });
  }

  std::size_t sign() {
    if (!is("-")) {
      return power();
    }
    const Depth depth(*this);
    const std::size_t position = take().position;
    return join(Kind::negation, position, sign(), 0);
  }

  std::size_t power() {
    const std::size_t base = leaf();
    if (!is("**")) {
      return base;
    }
    const Depth depth(*this);
    const std::size_t position = take().position;
    return join(Kind::power, position, base, sign());
  }

  std::size_t leaf() {
    const Depth depth(*this);
    const Token token = take();
    switch (token.kind) {
      case Token::Kind::number:
        return add(
            {.kind = Kind::number, .position = token.position, .number = token.number, .text = {}});
      case Token::Kind::text:
        return add({.kind = Kind::text, .position = token.position, .text = token.text});
      case Token::Kind::name:
        return add({.kind = Kind::name, .position = token.position, .text = token.text});
      case Token::Kind::symbol:
      case Token::Kind::end:
        break;
    }
    if (token.text != "(" || token.kind != Token::Kind::symbol) {
      fail(token.position, "found " + token.text + " where a value was expected",
           "write a name, a number, a quoted text or a parenthesis");
    }
    const std::size_t inner = either();
    if (!is(")")) {
      fail(token_.position, "found " + token_.text + " where ) was expected",
           "close the parenthesis of character " + std::to_string(token.position + 1));
    }
    take();
    return inner;
  }

  /// Counts nested calls.
  class Depth {
   public:
    explicit Depth(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > deepest) {
        fail(parser_.token_.position, "the expression nests too deeply", "split it into several");
      }
    }
    Depth(const Depth&) = delete;
    Depth(Depth&&) = delete;
    Depth& operator=(const Depth&) = delete;
    Depth& operator=(Depth&&) = delete;
    ~Depth() { --parser_.depth_; }

   private:
    Parser& parser_;
  };

  Lexer lexer_;
  Token token_;
  std::vector<ExpressionNode> nodes_;
  std::size_t depth_ = 0;
};

std::string sentence(const ExpressionProblem& problem) {
  return "character " + std::to_string(problem.position + 1) + ": " + problem.what + "; " +
         problem.mend;
}

}  // namespace

ExpressionError::ExpressionError(ExpressionProblem problem)
    : std::invalid_argument(sentence(problem)), problem_(std::move(problem)) {}

std::vector<ExpressionNode> parse_expression(std::string_view text) { return Parser(text).parse(); }

}  // namespace diwan
