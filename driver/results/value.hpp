// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace diwan {

/// A tree of plain data with its fields in order, on its way to JSON or YAML. Numbers that are not
/// finite are written as the texts nan, inf and -inf.
class Value {
 public:
  using List = std::vector<Value>;
  using Field = std::pair<std::string, Value>;
  using Fields = std::vector<Field>;
  using Node = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string,
                            List, Fields>;

  // Implicit on purpose: {"exit", 75} is what a document reads like.
  Value(std::nullptr_t = nullptr) : node_(nullptr) {}
  Value(bool value) : node_(value) {}
  Value(double value) : node_(value) {}
  Value(const char* text) : node_(std::string(text)) {}
  Value(std::string text) : node_(std::move(text)) {}
  Value(std::string_view text) : node_(std::string(text)) {}
  Value(List list);
  Value(Fields fields);
  template <std::signed_integral T>
  Value(T value) : node_(static_cast<std::int64_t>(value)) {}
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) Value(T value) : node_(static_cast<std::uint64_t>(value)) {}
  template <class T>
  Value(const std::optional<T>& value) : Value(value ? Value(*value) : Value(nullptr)) {}

  const Node& node() const { return node_; }
  bool is_null() const { return std::holds_alternative<std::nullptr_t>(node_); }

  /// The field of this name; nothing where there is none, or this is no set of fields.
  const Value* find(std::string_view name) const;
  /// The field of this name, made (null) at the end where there is none; a value that is no set of
  /// fields becomes one.
  Value& operator[](std::string_view name);
  /// Takes the field out; nothing happens where there is none.
  void remove(std::string_view name);
  /// The list, for adding to it; a value that is no list becomes an empty one.
  List& list();

 private:
  Node node_;
};

/// JSON on one line, or over several with two blanks an indentation.
std::string json_text(const Value& value, bool indented = false);
/// One JSON string, quoted; bytes that are no UTF-8 become U+FFFD.
std::string json_string(std::string_view text);
/// A block-style YAML document, read alike by YAML 1.1 and 1.2 readers.
std::string yaml_text(const Value& value);
/// Reads a YAML document: plain scalars by YAML's core schema, quoted ones as texts, merge keys
/// applied. @throws std::invalid_argument if it is none.
Value parse_yaml(const std::string& text);

}  // namespace diwan
