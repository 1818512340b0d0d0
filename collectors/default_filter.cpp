// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/default_filter.hpp"

#include <algorithm>

#include "collectors/registry.hpp"

namespace diwan {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {  // \w
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name(char c) { return is_word(c) || c == '|' || c == '-'; }
bool is_space(char c) {  // \s
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) {
    ++at;
  }
  return at;
}

bool begins_ignoring_case(std::string_view text, std::string_view lower_case) {
  if (text.size() < lower_case.size()) {
    return false;
  }
  for (std::size_t i = 0; i < lower_case.size(); ++i) {
    if ((text[i] | 0x20) != lower_case[i]) {  // the two cases of a letter differ in this bit alone
      return false;
    }
  }
  return true;
}

// (?i:nan|inf(?:inity)?)\b at the front: its length, else 0.
std::size_t length_of_word(std::string_view text) {
  for (const std::string_view word : {"nan", "infinity", "inf"}) {
    if (begins_ignoring_case(text, word) &&
        (text.size() == word.size() || !is_word(text[word.size()]))) {
      return word.size();
    }
  }
  return 0;
}

// (?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)? at the front: its length, else 0.
std::size_t length_of_decimal(std::string_view text) {
  std::size_t at = skip_digits(text, 0);
  const bool point = at < text.size() && text[at] == '.';
  if (at > 0) {
    at = point ? skip_digits(text, at + 1) : at;
  } else {
    at = point ? skip_digits(text, 1) : 0;
    if (at <= 1) {
      return 0;
    }
  }
  if (at == text.size() || (text[at] != 'e' && text[at] != 'E')) {
    return at;
  }
  std::size_t exponent = at + 1;
  if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) {
    ++exponent;
  }
  const std::size_t end = skip_digits(text, exponent);
  return end == exponent ? at : end;
}

std::size_t length_of_number(std::string_view text) {
  const std::size_t sign = !text.empty() && (text.front() == '+' || text.front() == '-') ? 1 : 0;
  text.remove_prefix(sign);
  const std::size_t decimal = length_of_decimal(text);
  const std::size_t length = decimal > 0 ? decimal : length_of_word(text);
  return length == 0 ? 0 : sign + length;
}

}  // namespace

std::string_view default_filter() {
  return R"(([\w|-]+)\s*=\s*([+-]?(?:(?i:nan|inf(?:inity)?)\b|(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?)))";
}

bool default_filter_reads(std::string_view metric) {
  return !metric.empty() && std::all_of(metric.begin(), metric.end(), is_name);
}

std::string filter_for(std::string_view metric) {
  std::string filter = "(";
  for (const char c : metric) {
    if (std::string_view(R"(\.+*?()[]{}^$|)").find(c) != std::string_view::npos) {
      filter += '\\';
    }
    filter += c;
  }
  return filter + R"()\s*=\s*([-+.\w]+))";
}

// A name and '=' share no character with each other or with blanks, so that every match lies around
// one '=' and its name is the whole run before it, as far as the last match left it over.
std::optional<NamedValue> DefaultFilterScan::next() {
  while (true) {
    const std::size_t equals = line_.find('=', searched_);
    if (equals == std::string_view::npos) {
      searched_ = line_.size();
      return std::nullopt;
    }
    searched_ = equals + 1;
    std::size_t name_end = equals;
    while (name_end > matched_ && is_space(line_[name_end - 1])) {
      --name_end;
    }
    std::size_t name = name_end;
    while (name > matched_ && is_name(line_[name - 1])) {
      --name;
    }
    std::size_t value = equals + 1;
    while (value < line_.size() && is_space(line_[value])) {
      ++value;
    }
    const std::size_t length = length_of_number(line_.substr(value));
    if (name == name_end || length == 0) {
      continue;
    }
    searched_ = matched_ = value + length;
    return NamedValue{line_.substr(name, name_end - name), line_.substr(value, length)};
  }
}

}  // namespace diwan
