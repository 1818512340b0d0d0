// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "algorithms/space/search_space.hpp"
#include "driver/results/value.hpp"

namespace diwan {
namespace {

class JsonText {
 public:
  explicit JsonText(bool indented) : indented_(indented) {}

  void write(const Value& value) {
    std::visit([this](const auto& node) { put(node); }, value.node());
  }
  std::string take() { return std::move(text_); }

 private:
  void put(std::nullptr_t) { text_ += "null"; }
  void put(bool value) { text_ += value ? "true" : "false"; }
  void put(std::int64_t value) { text_ += std::to_string(value); }
  void put(std::uint64_t value) { text_ += std::to_string(value); }
  void put(double value) {
    text_ += std::isfinite(value) ? shortest(value) : '"' + shortest(value) + '"';
  }
  void put(const std::string& value) { text_ += json_string(value); }
  void put(const Value::List& list) {
    text_ += '[';
    ++depth_;
    for (const Value& item : list) {
      between(&item == list.data());
      write(item);
    }
    close(list.empty(), ']');
  }
  void put(const Value::Fields& fields) {
    text_ += '{';
    ++depth_;
    for (const Value::Field& field : fields) {
      between(&field == fields.data());
      text_ += json_string(field.first);
      text_ += indented_ ? ": " : ":";
      write(field.second);
    }
    close(fields.empty(), '}');
  }
  void between(bool first) {
    if (!first) {
      text_ += ',';
    }
    line();
  }
  void close(bool empty, char bracket) {
    --depth_;
    if (!empty) {
      line();
    }
    text_ += bracket;
  }
  void line() {
    if (indented_) {
      text_ += '\n';
      text_.append(2 * depth_, ' ');
    }
  }

  bool indented_;
  std::size_t depth_ = 0;
  std::string text_;
};

}  // namespace

std::string json_string(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c >= ' ' && c < 127 && c != '"' && c != '\\';
  });
  if (plain) {
    return '"' + std::string(text) + '"';
  }
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string json_text(const Value& value, bool indented) {
  JsonText text(indented);
  text.write(value);
  return text.take();
}

}  // namespace diwan
