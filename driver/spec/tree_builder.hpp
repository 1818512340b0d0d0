// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "driver/spec/yaml_document.hpp"

namespace diwan::yaml {

/// The tree became too deep or too large; what() is the message.
class BeyondLimits : public std::runtime_error {
 public:
  BeyondLimits(Mark at, const std::string& what) : std::runtime_error(what), mark(at) {}
  Mark mark;
};

/// Builds Nodes from the parser's events, within the limits of yaml_document.hpp.
class TreeBuilder final : public YAML::EventHandler {
 public:
  /// Flaws are added to `flaws`, which must outlive the builder.
  explicit TreeBuilder(std::vector<Flaw>& flaws) : flaws_(flaws) {}

  /// The last document that the events made; the limits count over all of them.
  Node take() { return std::move(root_); }
  /// Where it starts in the text.
  int start() const { return start_; }
  const Mark& start_mark() const { return start_mark_; }
  /// Where the last scalar begins.
  const Mark& last_text() const { return last_text_; }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  struct Size {
    std::size_t nodes = 1;
    std::size_t height = 1;
    std::size_t bytes = 0;
  };
  /// A list or map that is not complete yet.
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    Size size;
    bool has_key = false;  ///< of a map: the next node is the value of `key`
    bool merges = false;   ///< `key` is a plain <<
    std::string key;
    Mark key_mark;
    std::optional<Mark> merge_mark;  ///< of a map: its first plain <<
    std::unordered_map<std::string, Mark> keys;
    std::vector<Node> merged;
  };
  struct Anchored {
    Node node;
    Size size;
  };

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void close();
  void complete(Node node, YAML::anchor_t anchor, Size size);
  void take_key(Open& map, const Node& node);
  void take_value(Open& map, Node node);
  void take_merge(Open& map, Node node);
  void count(const Mark& mark, const Size& size);
  std::string path() const;
  /// Reports that the map's `key` stands in it before, at `first`.
  void given_twice(const Open& map, const Mark& first);
  void flaw(const Mark& mark, std::string where, std::string message);

  std::vector<Flaw>& flaws_;
  Node root_;
  int start_ = 0;
  Mark start_mark_;
  Mark last_text_{1, 1, {}};
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t nodes_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace diwan::yaml
