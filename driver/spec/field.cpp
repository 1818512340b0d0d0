// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/field.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "algorithms/space/spelling.hpp"
#include "driver/spec/known_names.hpp"
#include "driver/spec/quantity.hpp"

namespace diwan {
namespace {

using Kind = yaml::Node::Kind;

bool is_plain_key(const std::string& key) {
  return !key.empty() && key.find_first_of(".[]\" \n") == std::string::npos;
}

}  // namespace

void Field::wrong(std::string message) const {
  findings_->problems.push_back({mark_, path_, std::move(message)});
}

void Field::missing(const std::string& mend) const { wrong("is missing; " + mend); }

void Field::wrong_type(const std::string& wanted) const {
  wrong("is " + yaml::describe(*node_) + "; " + wanted + " is wanted");
}

bool Field::expect_map() const {
  if (*this && !is_map()) {
    wrong_type("a map");
  }
  return is_map();
}

bool Field::expect_list() const {
  if (*this && !is_list()) {
    wrong_type("a list");
  }
  return is_list();
}

void Field::allow(const std::vector<std::string>& known) const {
  if (!is_map()) {
    return;
  }
  for (const yaml::Node::Entry& entry : node_->entries) {
    if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
      Field field = (*this)[entry.key];
      field.mark_ = entry.mark;
      field.wrong("unknown field; " + known_names(entry.key, known));
    }
  }
}

Field Field::operator[](std::string_view key) const {
  const std::string name(key);
  std::string below = is_plain_key(name) ? (path_.empty() ? name : path_ + "." + name)
                                         : path_ + "[" + yaml::quoted(name) + "]";
  const yaml::Node* value = is_map() ? node_->find(key) : nullptr;
  return {value, value == nullptr ? mark_ : value->mark, std::move(below), *findings_};
}

Field Field::unless_empty() const {
  const bool is_empty = *this && node_->kind == Kind::text && node_->text.empty();
  return is_empty ? Field(nullptr, mark_, path_, *findings_) : *this;
}

std::vector<Field> Field::items() const {
  std::vector<Field> out;
  if (expect_list()) {
    for (std::size_t i = 0; i < node_->items.size(); ++i) {
      const yaml::Node& item = node_->items[i];
      out.push_back({&item, item.mark, path_ + "[" + std::to_string(i) + "]", *findings_});
    }
  }
  return out;
}

std::vector<std::pair<std::string, Field>> Field::entries() const {
  std::vector<std::pair<std::string, Field>> out;
  if (expect_map()) {
    for (const yaml::Node::Entry& entry : node_->entries) {
      out.emplace_back(entry.key, (*this)[entry.key]);
    }
  }
  return out;
}

std::optional<std::string> Field::text() const {
  if (!*this) {
    return {};
  }
  if (!node_->is_scalar()) {
    wrong_type("text");
    return {};
  }
  return node_->text;
}

std::optional<std::string> Field::strict_text() const {
  if (*this && node_->is_scalar() && node_->kind != Kind::text) {
    wrong("is " + yaml::describe(*node_) + "; text is wanted: put it between quotes");
    return {};
  }
  return text();
}

std::optional<bool> Field::boolean() const {
  if (!*this) {
    return {};
  }
  if (node_->kind == Kind::boolean) {
    return node_->text.starts_with('t') || node_->text.starts_with('T');
  }
  // Kubernetes reads YAML 1.1, where these are booleans too.
  const std::vector<std::string> yes = {"yes", "Yes", "YES", "on", "On", "ON"};
  const std::vector<std::string> no = {"no", "No", "NO", "off", "Off", "OFF"};
  if (node_->kind == Kind::text && node_->plain) {
    if (std::find(yes.begin(), yes.end(), node_->text) != yes.end()) {
      return true;
    }
    if (std::find(no.begin(), no.end(), node_->text) != no.end()) {
      return false;
    }
  }
  wrong_type("true or false");
  return {};
}

std::optional<std::int64_t> Field::integer(std::int64_t least, std::int64_t most) const {
  if (!*this) {
    return {};
  }
  const std::optional<std::int64_t> value = yaml::integer_of(*node_);
  if (!value && node_->kind != Kind::integer) {
    wrong_type("a whole number, without quotes,");
    return {};
  }
  if (!value || *value < least || *value > most) {
    wrong("is out of range (" + node_->text + "); give a whole number from " +
          std::to_string(least) + " to " + std::to_string(most));
    return {};
  }
  return value;
}

std::optional<double> Field::number() const {
  if (!*this) {
    return {};
  }
  const std::optional<double> value =
      node_->is_scalar() ? finite_number(node_->text) : std::nullopt;
  if (!value) {
    wrong_type("a finite number");
  }
  return value;
}

std::optional<std::size_t> Field::one_of(const std::vector<std::string>& words) const {
  const std::optional<std::string> word = text();
  if (!word) {
    return {};
  }
  const auto found = std::find(words.begin(), words.end(), *word);
  if (found == words.end()) {
    const std::optional<std::string> near = nearest_name(*word, words);
    wrong("is none of the known values (" + yaml::quoted(*word) + "); " +
          (near ? "did you mean " + *near + "?" : "give " + alternatives(words)));
    return {};
  }
  return static_cast<std::size_t>(found - words.begin());
}

std::string Field::required_text(const std::string& mend) const {
  if (!*this) {
    missing(mend);
    return {};
  }
  std::optional<std::string> value = text();
  if (value && value->empty()) {
    wrong("is empty; " + mend);
  }
  return value.value_or("");
}

}  // namespace diwan
