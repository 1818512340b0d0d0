// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <yaml-cpp/yaml.h>

#include "algorithms/space/search_space.hpp"
#include "driver/results/value.hpp"

namespace diwan {
namespace {

constexpr int deepest = 200;  // beyond every real document, below what would exhaust the stack

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) {
    return std::nullopt;
  }
  return value;
}

/// Words that some YAML reader takes for null, a truth value or a number.
bool is_word_of_yaml(std::string_view text) {
  static constexpr std::array<std::string_view, 16> words = {
      "null", "~", "true", "false", "yes",   "no",  "on",  "off",
      "y",    "n", ".nan", ".inf",  "-.inf", "nan", "inf", "-inf"};
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return std::find(words.begin(), words.end(), lower) != words.end();
}

bool is_plain(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || is_word_of_yaml(text) || (!letter(text.front()) && text.front() != '/')) {
    return false;
  }
  return text.back() != ' ' && std::all_of(text.begin(), text.end(), [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') ||
                  std::string_view(" _./+-=@").find(c) != std::string_view::npos;
         });
}

std::string scalar(const std::string& text) { return is_plain(text) ? text : json_string(text); }

/// YAML 1.1 wants a point in a number with an exponent.
std::string scalar(double value) {
  std::string text = shortest(value);
  if (!std::isfinite(value)) {
    return '"' + text + '"';
  }
  const auto exponent = text.find('e');
  if (exponent != std::string::npos && text.find('.') == std::string::npos) {
    text.insert(exponent, ".0");
  }
  return text;
}

class YamlText {
 public:
  /// Writes what follows "key:" or "-", its line end included.
  void write(const Value& value, std::size_t indent, bool in_list) {
    if (const auto* list = std::get_if<Value::List>(&value.node())) {
      put(*list, indent, in_list);
    } else if (const auto* fields = std::get_if<Value::Fields>(&value.node())) {
      put(*fields, indent, in_list);
    } else if (const auto* text = std::get_if<std::string>(&value.node())) {
      text_ += ' ' + scalar(*text) + '\n';
    } else if (const auto* real = std::get_if<double>(&value.node())) {
      text_ += ' ' + scalar(*real) + '\n';
    } else {
      text_ += ' ' + json_text(value) + '\n';
    }
  }
  void fields(const Value::Fields& all, std::size_t indent, bool first_in_place) {
    for (const Value::Field& field : all) {
      if (!first_in_place) {
        text_.append(indent, ' ');
      }
      first_in_place = false;
      text_ += scalar(field.first) + ':';
      write(field.second, indent, false);
    }
  }
  void items(const Value::List& all, std::size_t indent, bool first_in_place) {
    for (const Value& item : all) {
      if (!first_in_place) {
        text_.append(indent, ' ');
      }
      first_in_place = false;
      text_ += '-';
      write(item, indent, true);
    }
  }
  std::string take() { return std::move(text_); }

 private:
  void put(const Value::List& list, std::size_t indent, bool in_list) {
    if (list.empty()) {
      text_ += " []\n";
    } else {
      text_ += in_list ? ' ' : '\n';
      items(list, indent + (in_list ? 2 : 0), in_list);
    }
  }
  void put(const Value::Fields& all, std::size_t indent, bool in_list) {
    if (all.empty()) {
      text_ += " {}\n";
    } else {
      text_ += in_list ? ' ' : '\n';
      fields(all, indent + 2, in_list);
    }
  }

  std::string text_;
};

Value value_of(const YAML::Node& node, int depth);

Value scalar_value(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str") {
    return text;
  }
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
    return nullptr;
  }
  if (text == "true" || text == "True" || text == "TRUE") {
    return true;
  }
  if (text == "false" || text == "False" || text == "FALSE") {
    return false;
  }
  if (const auto integer = number<std::int64_t>(text)) {
    return *integer;
  }
  if (const auto whole = number<std::uint64_t>(text)) {
    return *whole;
  }
  const bool numeric = text.find_first_not_of("0123456789+-.eE") == std::string::npos;
  if (const auto real = numeric ? number<double>(text) : std::nullopt) {
    return *real;
  }
  return text;
}

Value fields_value(const YAML::Node& node, int depth) {
  Value value(Value::Fields{});
  std::vector<Value> merged;
  for (const auto& entry : node) {
    if (entry.first.IsScalar() && entry.first.Scalar() == "<<" && entry.first.Tag() != "!") {
      Value from = value_of(entry.second, depth + 1);
      if (const auto* several = std::get_if<Value::List>(&from.node())) {
        merged.insert(merged.end(), several->begin(), several->end());
      } else {
        merged.push_back(std::move(from));
      }
      continue;
    }
    if (!entry.first.IsScalar()) {
      throw std::invalid_argument("a key that is no scalar");
    }
    value[entry.first.Scalar()] = value_of(entry.second, depth + 1);
  }
  for (const Value& from : merged) {
    if (const auto* fields = std::get_if<Value::Fields>(&from.node())) {
      for (const Value::Field& field : *fields) {
        if (value.find(field.first) == nullptr) {
          value[field.first] = field.second;
        }
      }
    }
  }
  return value;
}

Value value_of(const YAML::Node& node, int depth) {
  if (depth > deepest) {
    throw std::invalid_argument("nested deeper than " + std::to_string(deepest) + " levels");
  }
  if (node.IsScalar()) {
    return scalar_value(node);
  }
  if (node.IsSequence()) {
    Value::List list;
    for (const auto& item : node) {
      list.push_back(value_of(item, depth + 1));
    }
    return list;
  }
  return node.IsMap() ? fields_value(node, depth) : Value();
}

}  // namespace

std::string yaml_text(const Value& value) {
  YamlText text;
  if (const auto* fields = std::get_if<Value::Fields>(&value.node()); fields && !fields->empty()) {
    text.fields(*fields, 0, false);
  } else if (const auto* list = std::get_if<Value::List>(&value.node()); list && !list->empty()) {
    text.items(*list, 0, false);
  } else {
    text.write(value, 0, false);
    return text.take().substr(1);
  }
  return text.take();
}

Value parse_yaml(const std::string& text) {
  try {
    return value_of(YAML::Load(text), 0);
  } catch (const YAML::Exception& problem) {
    throw std::invalid_argument(problem.what());
  }
}

}  // namespace diwan
