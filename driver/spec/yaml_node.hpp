// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diwan::yaml {

/// Where a node stands: line and column from 1, or the number of the `--set` that gave it.
struct Mark {
  int line = 0;
  int column = 0;
  std::optional<std::size_t> set;
};

/// A YAML value with its place. Aliases are copied in and merge keys resolved, so that a node is a
/// plain tree. Scalars keep the text they were written with; the kind is YAML 1.2's core schema.
struct Node {
  enum class Kind { null, boolean, integer, real, text, list, map };
  struct Entry;

  Kind kind = Kind::null;
  bool plain = true;  ///< a scalar written without quotes
  std::string text;   ///< of a scalar
  Mark mark;
  std::vector<Node> items;     ///< of a list
  std::vector<Entry> entries;  ///< of a map, in the file's order, keys different

  bool is_scalar() const { return kind != Kind::list && kind != Kind::map; }
  /// The value of a map's key; null where there is none.
  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
};

struct Node::Entry {
  std::string key;
  Mark mark;
  Node value;
};

/// The kind that a plain scalar's text has in the core schema.
Node::Kind kind_of_plain(std::string_view text);

/// The value of a whole number as Kubernetes reads it: 0x1F and 0o17 too, 017 as octal, and reals
/// without a fraction (12.0, 1e3). Nothing for other kinds and beyond 64 bits.
std::optional<std::int64_t> integer_of(const Node& node);

/// The node in words, for messages: `a list`, `text ("abc")`, `a whole number (5)`.
std::string describe(const Node& node);

/// Text between double quotes, cut after 60 bytes, control characters made visible.
std::string quoted(std::string_view text);

}  // namespace diwan::yaml
