// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/yaml_text.hpp"

#include <random>

#include <gtest/gtest.h>

#include "driver/spec/yaml_document.hpp"

namespace diwan::yaml {
namespace {

/// Same kinds, texts and order; quotes count where they change a reading (yes, no).
bool same(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.items.size() != b.items.size() ||
      a.entries.size() != b.entries.size() || (a.kind != Node::Kind::null && a.text != b.text)) {
    return false;
  }
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same(a.items[i], b.items[i])) {
      return false;
    }
  }
  for (std::size_t i = 0; i < a.entries.size(); ++i) {
    if (a.entries[i].key != b.entries[i].key || !same(a.entries[i].value, b.entries[i].value)) {
      return false;
    }
  }
  return true;
}

std::string any_text(std::mt19937& dice) {
  static const std::vector<std::string> pieces = {
      "a",   "B",  "0",   " ", ":",   "#",   "-",    "?",    "\n",     "\t",    "\"",
      "'",   "\\", "{",   "}", "[",   "]",   ",",    "&",    "*",      "!",     "|",
      ">",   "%",  "@",   "`", "ä",   "€",   "\x01", "\x7f", "~",      "null",  "true",
      "yes", "5",  "1e3", ".", "---", "...", "<<",   "${x}", "\u0085", "\u2028"};
  std::string out;
  for (auto left = dice() % 5; left > 0; --left) {
    out += pieces[dice() % pieces.size()];
  }
  return out;
}

Node any_node(std::mt19937& dice, int depth) {
  Node node;
  const auto form = dice() % (depth > 0 ? 4 : 2);
  if (form == 2) {
    node.kind = Node::Kind::list;
    for (auto left = dice() % 4; left > 0; --left) {
      node.items.push_back(any_node(dice, depth - 1));
    }
  } else if (form == 3) {
    node.kind = Node::Kind::map;
    for (auto left = dice() % 4; left > 0; --left) {
      std::string key = any_text(dice) + std::string(dice() % 50 == 0 ? 2000 : 0, 'k');
      if (!key.empty() && node.find(key) == nullptr) {
        node.entries.push_back({std::move(key), {}, any_node(dice, depth - 1)});
      }
    }
  } else {
    node.text = any_text(dice);
    node.plain = form == 0;
    node.kind = node.plain ? kind_of_plain(node.text) : Node::Kind::text;
  }
  return node;
}

TEST(YamlText, ReadsBackAsTheSameTree) {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    std::mt19937 dice(seed);
    const Node node = any_node(dice, 5);

    const std::string text = to_yaml(node);
    const Documents back = read_documents(text);

    ASSERT_TRUE(back.flaws.empty()) << "seed " << seed << ": " << back.flaws[0].message << "\n"
                                    << text;
    ASSERT_EQ(back.nodes.size(), 1U) << "seed " << seed << "\n" << text;
    ASSERT_TRUE(same(node, back.nodes[0])) << "seed " << seed << "\n" << text;
  }
}

TEST(YamlText, IsBlockStyleThatPeopleRead) {
  const Documents read = read_documents("{a: [1, {b: x, c: []}], d: \"5\", e: a b, f: ~, g: yes}");

  EXPECT_EQ(to_yaml(read.nodes.at(0)),
            "a:\n  - 1\n  - b: x\n    c: []\nd: \"5\"\ne: \"a b\"\nf: null\ng: yes\n");
}

TEST(JsonText, HasTheTypesThatKubernetesReads) {
  const Documents read = read_documents(
      "{a: 5, b: \"5\", c: true, d: 0644, e: 0x1F, f: .5, g: ~, h: [x, -3], i: .inf, j: 1e3, "
      "k: 99999999999999999999}");

  EXPECT_EQ(to_json(read.nodes.at(0)),
            R"({"a":5,"b":"5","c":true,"d":420,"e":31,"f":0.5,"g":null,"h":["x",-3],"i":".inf",)"
            R"("j":1000.0,"k":"99999999999999999999"})");
}

}  // namespace
}  // namespace diwan::yaml
