// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/tree_builder.hpp"

#include <algorithm>
#include <utility>

namespace diwan::yaml {
namespace {

constexpr std::size_t most_bytes = 4 * largest_text_bytes;

Mark mark_of(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1, {}}; }

std::string joined(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

}  // namespace

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  start_ = mark.pos;
  start_mark_ = mark_of(mark);
  root_ = {};
  root_.mark = start_mark_;
  anchors_.clear();
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Node node;
  node.mark = mark_of(mark);
  complete(std::move(node), anchor, {});
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto known = anchors_.find(anchor);
  if (known == anchors_.end()) {
    throw BeyondLimits(mark_of(mark), "an alias stands within its own anchor; write the value out");
  }
  // The limits are checked before the copy is made: the size of nested aliases grows exponentially.
  if (open_.size() + known->second.size.height > deepest_level) {
    throw BeyondLimits(mark_of(mark), "more than " + std::to_string(deepest_level) +
                                          " levels of nesting; write the file flatter");
  }
  count(mark_of(mark), known->second.size);
  Node copy = known->second.node;
  if (copy.is_scalar()) {
    copy.mark = mark_of(mark);
  }
  complete(std::move(copy), 0, known->second.size);
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  Node node;
  node.mark = mark_of(mark);
  last_text_ = node.mark;
  node.text = value;
  node.plain = tag == "?";
  node.kind = Node::Kind::text;
  const std::string standard = "tag:yaml.org,2002:";
  if (node.plain) {
    node.kind = kind_of_plain(value);
  } else if (tag.starts_with(standard)) {
    const std::string name = tag.substr(standard.size());
    if (name == "int" || name == "float" || name == "bool" || name == "null") {
      node.kind = kind_of_plain(value);
      node.plain = true;
    } else if (name != "str") {
      flaw(node.mark, path(), "tag !!" + name + " has no meaning here; remove it");
    }
  } else if (tag != "!") {
    flaw(node.mark, path(), "tag " + quoted(tag) + " has no meaning here; remove it");
  }
  const Size size{1, 1, value.size()};
  count(node.mark, size);
  complete(std::move(node), anchor, size);
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value /*style*/) {
  open(Node::Kind::list, mark, tag, anchor);
}

void TreeBuilder::OnSequenceEnd() { close(); }

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value /*style*/) {
  open(Node::Kind::map, mark, tag, anchor);
}

void TreeBuilder::OnMapEnd() {
  Open& map = open_.back();
  for (Node& other : map.merged) {
    for (Node::Entry& entry : other.entries) {
      if (map.keys.emplace(entry.key, entry.mark).second) {
        map.node.entries.push_back(std::move(entry));
      }
    }
  }
  close();
}

void TreeBuilder::open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor) {
  Open frame;
  frame.node.kind = kind;
  frame.node.mark = mark_of(mark);
  frame.anchor = anchor;
  if (tag != "?" && tag != "!" && tag != "tag:yaml.org,2002:seq" &&
      tag != "tag:yaml.org,2002:map") {
    flaw(frame.node.mark, path(), "tag " + quoted(tag) + " has no meaning here; remove it");
  }
  if (open_.size() >= deepest_level) {
    throw BeyondLimits(frame.node.mark, "more than " + std::to_string(deepest_level) +
                                            " levels of nesting; write the file flatter");
  }
  count(frame.node.mark, {});
  open_.push_back(std::move(frame));
}

void TreeBuilder::close() {
  Open frame = std::move(open_.back());
  open_.pop_back();
  complete(std::move(frame.node), frame.anchor, frame.size);
}

void TreeBuilder::complete(Node node, YAML::anchor_t anchor, Size size) {
  if (anchor != 0) {
    count(node.mark, size);
    anchors_[anchor] = {node, size};
  }
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = open_.back();
  parent.size.nodes += size.nodes;
  parent.size.bytes += size.bytes;
  parent.size.height = std::max(parent.size.height, size.height + 1);
  if (parent.node.kind == Node::Kind::list) {
    parent.node.items.push_back(std::move(node));
  } else if (!parent.has_key) {
    take_key(parent, node);
  } else if (parent.merges) {
    take_merge(parent, std::move(node));
  } else {
    take_value(parent, std::move(node));
  }
}

void TreeBuilder::take_key(Open& map, const Node& node) {
  map.key = node.text;
  map.key_mark = node.mark;
  if (!node.is_scalar()) {
    flaw(node.mark, path(), "a key is " + describe(node) + "; keys are text");
    map.key.clear();
  } else if (node.kind == Node::Kind::null && node.text.empty()) {
    flaw(node.mark, path(), "a key is empty; give it a name");
  }
  map.merges = node.plain && node.text == "<<";
  map.has_key = true;
}

void TreeBuilder::take_value(Open& map, Node node) {
  map.has_key = false;
  const auto [known, is_new] = map.keys.emplace(map.key, map.key_mark);
  if (is_new) {
    map.node.entries.push_back({map.key, map.key_mark, std::move(node)});
    return;
  }
  given_twice(map, known->second);
}

void TreeBuilder::take_merge(Open& map, Node node) {
  const Mark at = map.key_mark;
  map.has_key = false;
  if (map.merge_mark) {
    given_twice(map, *map.merge_mark);
  } else {
    map.merge_mark = at;
  }
  // A second one is merged too, so that what it gives is not reported as missing.
  std::vector<Node> sources;
  if (node.kind == Node::Kind::list) {
    sources = std::move(node.items);
  } else {
    sources.push_back(std::move(node));
  }
  for (Node& source : sources) {
    if (source.kind == Node::Kind::map) {
      map.merged.push_back(std::move(source));
    } else {
      flaw(at, joined(path(), "<<"),
           "a merge key takes a map or a list of maps, not " + describe(source) +
               "; name an anchor of a map");
    }
  }
}

void TreeBuilder::count(const Mark& mark, const Size& size) {
  nodes_ += size.nodes;
  bytes_ += size.bytes;
  if (nodes_ > most_nodes || bytes_ > most_bytes) {
    throw BeyondLimits(mark, "more than " + std::to_string(most_nodes) + " values, or " +
                                 std::to_string(most_bytes >> 20U) +
                                 " MiB of them, once its aliases are written out; make it smaller");
  }
}

std::string TreeBuilder::path() const {
  std::string out;
  for (const Open& frame : open_) {
    if (frame.node.kind == Node::Kind::list) {
      out += "[" + std::to_string(frame.node.items.size()) + "]";
    } else if (frame.has_key) {
      out = joined(out, frame.key);
    }
  }
  return out;
}

void TreeBuilder::given_twice(const Open& map, const Mark& first) {
  flaw(map.key_mark, joined(path(), map.key),
       "the key is given twice (first in line " + std::to_string(first.line) +
           "); remove one of them");
}

void TreeBuilder::flaw(const Mark& mark, std::string where, std::string message) {
  flaws_.push_back({mark, std::move(where), std::move(message)});
}

}  // namespace diwan::yaml
