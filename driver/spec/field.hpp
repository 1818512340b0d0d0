// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/spec/yaml_node.hpp"

namespace diwan {

/// One thing found wrong while reading, before it is put into the file's order.
struct Finding {
  yaml::Mark mark;
  std::string path;
  std::string message;
};

/// All that is found while a file is read: what is wrong, and what is only worth knowing.
struct Findings {
  std::vector<Finding> problems;
  std::vector<std::string> notes;
  /// Of overrides that made an item of a list: what its name may have been meant to be. It is said
  /// with what is wrong there.
  std::map<std::size_t, std::string> made_items;
};

/// A place of the experiment file, there or not, with its path; reports what is wrong with it.
/// A null value counts as absent, as in Kubernetes. Refers to the tree and the findings: both
/// outlive it.
class Field {
 public:
  Field(const yaml::Node& root, Findings& findings, std::string path = {})
      : node_(&root), mark_(root.mark), path_(std::move(path)), findings_(&findings) {}

  /// Is there a value?
  explicit operator bool() const {
    return node_ != nullptr && node_->kind != yaml::Node::Kind::null;
  }
  const std::string& path() const { return path_; }
  const yaml::Mark& mark() const { return mark_; }
  /// The value; only where there is one.
  const yaml::Node& node() const { return *node_; }
  Findings& findings() const { return *findings_; }

  /// Reports that something is wrong here. `message` is `what (value); how to mend`.
  void wrong(std::string message) const;
  /// Reports that this field is missing; `mend` says what to give.
  void missing(const std::string& mend) const;
  void note(std::string text) const { findings_->notes.push_back(std::move(text)); }

  /// The same, absent where it is an empty text, which Katib takes for none.
  Field unless_empty() const;

  bool is_map() const { return *this && node_->kind == yaml::Node::Kind::map; }
  bool is_list() const { return *this && node_->kind == yaml::Node::Kind::list; }
  /// Is it a map (a list)? Another value is reported, absence is not.
  bool expect_map() const;
  bool expect_list() const;
  /// Reports each field of this map that is not among `known`.
  void allow(const std::vector<std::string>& known) const;

  /// The value of a map's key, or an absent field; of anything but a map an absent field.
  Field operator[](std::string_view key) const;
  /// The items of a list; a value of another type is reported and has none.
  std::vector<Field> items() const;
  /// Keys and values of a map; a value of another type is reported and has none.
  std::vector<std::pair<std::string, Field>> entries() const;

  /// The value in the type asked for; another type is reported, absence is not. A text takes any
  /// scalar, as it is written.
  std::optional<std::string> text() const;
  /// A text that was written as one: a number or a boolean without quotes is reported.
  std::optional<std::string> strict_text() const;
  std::optional<bool> boolean() const;
  std::optional<std::int64_t> integer(
      std::int64_t least, std::int64_t most = std::numeric_limits<std::int32_t>::max()) const;
  /// A finite number, quoted or not.
  std::optional<double> number() const;
  /// Index into `words` of the value.
  std::optional<std::size_t> one_of(const std::vector<std::string>& words) const;
  /// A text that is there and not empty; what is missing is reported with `mend`.
  std::string required_text(const std::string& mend) const;

 private:
  Field(const yaml::Node* node, yaml::Mark mark, std::string path, Findings& findings)
      : node_(node), mark_(mark), path_(std::move(path)), findings_(&findings) {}
  void wrong_type(const std::string& wanted) const;

  const yaml::Node* node_;
  yaml::Mark mark_;  ///< of the value; of the map where the value is missing
  std::string path_;
  Findings* findings_;
};

}  // namespace diwan
