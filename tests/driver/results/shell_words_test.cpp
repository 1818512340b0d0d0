// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/shell_words.hpp"

#include <gtest/gtest.h>

#include "driver/core/shell_quote.hpp"
#include "tests/for_each_seed.hpp"

namespace diwan {
namespace {

using Words = std::vector<std::string>;

TEST(ShellWords, BlanksPartThem) {
  EXPECT_EQ(shell_words("  a  b\tc\n").words, (Words{"a", "b", "c"}));
  EXPECT_EQ(shell_words(" ").words, Words());
}

TEST(ShellWords, QuotesKeepBlanksAndJoinWhatTheyTouch) {
  EXPECT_EQ(shell_words(R"(a' b'"c d"\ e)").words, Words{"a bc d e"});
  EXPECT_EQ(shell_words(R"('' "")").words, (Words{"", ""}));
}

TEST(ShellWords, ABackslashInDoubleQuotesKeepsFewCharacters) {
  EXPECT_EQ(shell_words(R"("\"\\\$\`\n")").words, Words{R"("\$`\n)"});
  EXPECT_EQ(shell_words(R"('\n')").words, Words{R"(\n)"});
}

TEST(ShellWords, NothingElseOfAShellMeansAnything) {
  EXPECT_EQ(shell_words("$HOME *.txt >x | `id` #y").words,
            (Words{"$HOME", "*.txt", ">x", "|", "`id`", "#y"}));
}

TEST(ShellWords, AnOpenQuoteIsTold) {
  for (const char* line : {"a 'b", "a \"b", "a b\\"}) {
    EXPECT_TRUE(shell_words(line).open) << line;
  }
  EXPECT_FALSE(shell_words("a 'b' \"c\" \\d").open);
}

TEST(ShellWords, QuotedWordsComeBack) {
  for_each_seed(200, [](Dice& dice) {
    Words words(1 + dice.below(3));
    for (std::string& word : words) {
      word.resize(dice.below(6));
      for (char& c : word) {
        c = " '\"\\$a\n-"[dice.below(8)];
      }
    }

    const ShellWords back = shell_words(shell_quote(words));

    EXPECT_EQ(back.words, words);
    EXPECT_FALSE(back.open);
  });
}

}  // namespace
}  // namespace diwan
