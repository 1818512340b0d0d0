// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/yaml_document.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace diwan::yaml {
namespace {

using Kind = Node::Kind;

const Node& at(const Documents& documents, const std::string& key) {
  const Node* node = documents.nodes.at(0).find(key);
  return node != nullptr ? *node : throw std::out_of_range(key);
}

TEST(YamlDocument, TellsTheTypesOfPlainScalarsAndLeavesQuotedOnesText) {
  const Documents read = read_documents(
      "{a: 5, b: 5.0, c: \"5\", d: true, e: null, f: ~, g: x, h: .5, i: 1e3, j: .inf, k: 0x1F, "
      "l: yes, m: '', n: !!str 5, o: -7, p: 1.2.3, q: , r: 1e}");

  const std::vector<std::pair<std::string, Kind>> kinds = {
      {"a", Kind::integer}, {"b", Kind::real}, {"c", Kind::text},    {"d", Kind::boolean},
      {"e", Kind::null},    {"f", Kind::null}, {"g", Kind::text},    {"h", Kind::real},
      {"i", Kind::real},    {"j", Kind::real}, {"k", Kind::integer}, {"l", Kind::text},
      {"m", Kind::text},    {"n", Kind::text}, {"o", Kind::integer}, {"p", Kind::text},
      {"q", Kind::null},    {"r", Kind::text}};
  EXPECT_TRUE(read.flaws.empty());
  for (const auto& [key, kind] : kinds) {
    EXPECT_EQ(at(read, key).kind, kind) << key;
  }
}

TEST(YamlDocument, KeepsThePlaceOfEveryValue) {
  const Documents read = read_documents("a:\n  - b\n  - c: d\n");

  const Node& list = at(read, "a");
  EXPECT_EQ(list.items.at(0).mark.line, 2);
  EXPECT_EQ(list.items.at(0).mark.column, 5);
  EXPECT_EQ(list.items.at(1).entries.at(0).mark.line, 3);
  EXPECT_EQ(list.items.at(1).entries.at(0).mark.column, 5);
  EXPECT_EQ(list.items.at(1).entries.at(0).value.mark.column, 8);
}

TEST(YamlDocument, MergesMapsOwnKeysFirstThenInOrder) {
  const Documents read = read_documents(
      "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4, d: 5}\nz: {d: 6, <<: [*x, *y]}\nw: {<<: *y}\n");

  const Node& merged = at(read, "z");
  EXPECT_TRUE(read.flaws.empty());
  EXPECT_EQ(merged.entries.size(), 4U);
  EXPECT_EQ(merged.find("a")->text, "1");
  EXPECT_EQ(merged.find("b")->text, "2");
  EXPECT_EQ(merged.find("c")->text, "4");
  EXPECT_EQ(merged.find("d")->text, "6");
  EXPECT_EQ(at(read, "w").entries.size(), 3U);
}

TEST(YamlDocument, TakesAQuotedMergeKeyAsAKey) {
  const Documents read = read_documents("a: {\"<<\": 1}\n");

  EXPECT_EQ(at(read, "a").find("<<")->text, "1");
}

TEST(YamlDocument, ReportsEveryKeyGivenTwiceWithItsPath) {
  const Documents read = read_documents("a: {b: 1, b: 2}\nc:\n  - d: 1\n    d: 2\n");

  ASSERT_EQ(read.flaws.size(), 2U);
  EXPECT_EQ(read.flaws[0].path, "a.b");
  EXPECT_EQ(read.flaws[0].mark.column, 11);
  EXPECT_EQ(read.flaws[1].path, "c[0].d");
  EXPECT_EQ(read.flaws[1].mark.line, 4);
  EXPECT_FALSE(read.broken);
}

TEST(YamlDocument, ReportsKeysThatAreNoTexts) {
  EXPECT_EQ(read_documents("{[a]: 1}").flaws.at(0).message, "a key is a list; keys are text");
  EXPECT_EQ(read_documents("? \n: 1\n").flaws.at(0).message, "a key is empty; give it a name");
}

TEST(YamlDocument, BoundsWhatAliasesMultiplyTo) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) {
      bomb += (k > 0 ? ", " : "") + last;
    }
    bomb += "]\n";
  }

  const Documents read = read_documents(bomb);

  EXPECT_TRUE(read.broken);
  EXPECT_EQ(read.flaws.back().message.substr(0, 24), "more than 250000 values,");
}

TEST(YamlDocument, BoundsLongTextsThatAliasesMultiply) {
  std::string text = "a: &a " + std::string(1'000'000, 'x') + "\nb: [";
  for (int i = 0; i < 100; ++i) {
    text += "*a, ";
  }

  EXPECT_TRUE(read_documents(text + "]\n").broken);
}

TEST(YamlDocument, BoundsTheDepthHoweverItIsReached) {
  std::string chain = "a0: &a0 x\n";
  for (int i = 1; i < 150; ++i) {
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) +
             "]\n";
  }

  for (const std::string& text :
       {std::string(100'000, '['), std::string(100'000, '{'), chain, std::string(100'000, '-'),
        [] {
          std::string nested;
          for (int i = 0; i < 20'000; ++i) {
            nested += "- ";
          }
          return nested;
        }(),
        [] {
          std::string nested;
          for (int i = 0; i < 20'000; ++i) {
            nested += "? ";
          }
          return nested;
        }()}) {
    const Documents read = read_documents(text);
    if (!read.broken) {
      EXPECT_EQ(read.nodes.at(0).kind, Kind::text);  // a row of dashes is a text
    }
  }
  EXPECT_TRUE(read_documents(chain).broken);
}

TEST(YamlDocument, RefusesAQuoteWithoutEnd) {
  for (const char* text : {"a: \"b\nc: d\n", "a: 'it''s\n", "a: &x 'b\n"}) {
    const Documents read = read_documents(text);

    ASSERT_TRUE(read.broken) << text;
    EXPECT_EQ(read.flaws.back().mark.line, 1);
    EXPECT_EQ(read.flaws.back().message, "the quote that begins here has no end; close it");
  }
  EXPECT_TRUE(read_documents("a: !!str \"\\\"").broken);
  for (const char* text :
       {"a: |\n  \"x\n", R"(a: ! b")", R"(a: "b" # ")", "a: 'it''s'\n...\n", R"(a: "\\")"}) {
    EXPECT_FALSE(read_documents(text).broken) << text;
  }
}

TEST(YamlDocument, PointsAtTheTabThatIndents) {
  for (const char* text : {"a:\n\tb: 1\n", "a:\n \t b: 1\n", "a:\n -\tb: 1\n   c: 2\n"}) {
    const Documents read = read_documents(text);

    ASSERT_TRUE(read.broken) << text;
    EXPECT_EQ(read.flaws.back().mark.line, 2);
    EXPECT_EQ(read.flaws.back().message,
              "a tab indents this line, which YAML does by blanks alone; put blanks instead");
  }
  EXPECT_FALSE(read_documents("a:\tb\t# c\n").broken);
}

TEST(YamlDocument, NamesTheQuoteThatALaterOneClosed) {
  const Documents read = read_documents("a: 1\nb: \"x\nc: 2\nd: \"y\"\n");

  ASSERT_TRUE(read.broken);
  EXPECT_EQ(read.flaws.back().mark.line, 4);
  EXPECT_TRUE(read.flaws.back().message.ends_with("or close the quote that begins in line 2"));
}

TEST(YamlDocument, SkipsAByteOrderMarkAndRefusesBareCarriageReturns) {
  const Documents read = read_documents(
      "\xEF\xBB\xBF"
      "a: 'b'\r\nc: 1\r\n");

  EXPECT_EQ(at(read, "a").text, "b");
  EXPECT_EQ(at(read, "c").mark.column, 4);
  EXPECT_TRUE(read_documents("a: 1\rb: 2\r").broken);
}

TEST(YamlDocument, ReadsWholeNumbersAsKubernetesDoes) {
  const Documents read = read_documents(
      "{a: 12, b: 0x1F, c: 0o17, d: 017, e: -5, f: +5, g: 12.0, h: 1e3, i: 9223372036854775807}");
  const Documents others = read_documents("[9223372036854775808, 1.5, \"5\", .inf, 1e300, x]");

  const std::vector<std::pair<std::string, std::int64_t>> values = {
      {"a", 12}, {"b", 31},   {"c", 15},
      {"d", 15}, {"e", -5},   {"f", 5},
      {"g", 12}, {"h", 1000}, {"i", std::numeric_limits<std::int64_t>::max()}};
  for (const auto& [key, value] : values) {
    EXPECT_EQ(integer_of(at(read, key)), value) << key;
  }
  for (const Node& node : others.nodes.at(0).items) {
    EXPECT_EQ(integer_of(node), std::nullopt) << node.text;
  }
}

TEST(YamlDocument, RefusesAnAliasWithinItsAnchor) {
  const Documents read = read_documents("a: &a [*a]\n");

  EXPECT_TRUE(read.broken);
}

TEST(YamlDocument, ReadsSeveralDocumentsAndNone) {
  EXPECT_EQ(read_documents("a: 1\n---\nb: 2\n").nodes.size(), 2U);
  EXPECT_TRUE(read_documents("").nodes.empty());
  EXPECT_TRUE(read_documents("# only a comment\n").nodes.empty());
}

TEST(YamlDocument, StopsAtACharacterThatBeginsNothing) {
  for (const char* text : {",1n", "a: 1\n]\n", "}", "[1], [2]"}) {
    const Documents read = read_documents(text);

    EXPECT_TRUE(read.broken) << text;
  }
}

TEST(YamlDocument, CountsTheValuesOfAllDocumentsTogether) {
  std::string text;
  for (int document = 0; document < 300; ++document) {
    text +=
        "---\na: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
        "c: [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n";
  }

  EXPECT_TRUE(read_documents(text).broken);
}

TEST(YamlDocument, RefusesEveryFormOfBrokenUtf8) {
  for (const char* text : {"a\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
                           "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80",
                           "\xFF\xFE"
                           "a"}) {
    EXPECT_TRUE(read_documents(text).broken);
  }
  EXPECT_FALSE(read_documents("ä€𝄞: \"\\u0000\"").broken);
}

}  // namespace
}  // namespace diwan::yaml
