// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/value.hpp"

#include <algorithm>

namespace diwan {

Value::Value(List list) : node_(std::move(list)) {}
Value::Value(Fields fields) : node_(std::move(fields)) {}

const Value* Value::find(std::string_view name) const {
  const auto* fields = std::get_if<Fields>(&node_);
  if (fields == nullptr) {
    return nullptr;
  }
  const auto found = std::find_if(fields->begin(), fields->end(),
                                  [&](const Field& field) { return field.first == name; });
  return found == fields->end() ? nullptr : &found->second;
}

Value& Value::operator[](std::string_view name) {
  if (!std::holds_alternative<Fields>(node_)) {
    node_ = Fields{};
  }
  auto& fields = std::get<Fields>(node_);
  for (Field& field : fields) {
    if (field.first == name) {
      return field.second;
    }
  }
  return fields.emplace_back(std::string(name), Value()).second;
}

void Value::remove(std::string_view name) {
  if (auto* fields = std::get_if<Fields>(&node_)) {
    std::erase_if(*fields, [&](const Field& field) { return field.first == name; });
  }
}

Value::List& Value::list() {
  if (!std::holds_alternative<List>(node_)) {
    node_ = List{};
  }
  return std::get<List>(node_);
}

}  // namespace diwan
