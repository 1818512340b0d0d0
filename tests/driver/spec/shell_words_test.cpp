// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/shell_words.hpp"

#include <gtest/gtest.h>

namespace diwan {
namespace {

using Indices = std::vector<std::size_t>;

TEST(ShellWords, AreThoseAfterTheOptionC) {
  EXPECT_EQ(shell_words({"sh", "-c", "a"}), (Indices{2}));
  EXPECT_EQ(shell_words({"/bin/bash", "-lc", "a", "b"}), (Indices{2}));
  EXPECT_EQ(shell_words({"bash", "-e", "-c", "a"}), (Indices{3}));
  EXPECT_EQ(shell_words({"bash", "-c", "-e", "a"}), (Indices{3}));
  EXPECT_EQ(shell_words({"bash", "-eo", "pipefail", "-c", "a"}), (Indices{4}));
  EXPECT_EQ(shell_words({"bash", "-euo", "pipefail", "-c", "--", "a"}), (Indices{5}));
  EXPECT_EQ(shell_words({"bash", "+x", "-c", "a"}), (Indices{3}));
  EXPECT_EQ(shell_words({"bash", "--rcfile", "f", "-c", "a"}), (Indices{4}));
}

TEST(ShellWords, AreFoundBehindOtherPrograms) {
  EXPECT_EQ(shell_words({"/usr/bin/env", "timeout", "5", "dash", "-c", "a"}), (Indices{5}));
  EXPECT_EQ(shell_words({"sh", "-c", "a", "zsh", "-c", "b"}), (Indices{2, 5}));
}

TEST(ShellWords, AreThoseOfShellsWithAVersionAndOfProgramsThatCallOne) {
  EXPECT_EQ(shell_words({"/opt/bin/bash-5.2", "-c", "a"}), (Indices{2}));
  EXPECT_EQ(shell_words({"ksh93", "-c", "a"}), (Indices{2}));
  EXPECT_EQ(shell_words({"su", "-", "user", "-c", "a"}), (Indices{4}));
  EXPECT_EQ(shell_words({"runuser", "-u", "user"}), Indices{});
}

TEST(ShellWords, AreNotTheArgumentsOfAScript) {
  EXPECT_EQ(shell_words({"bash", "script.sh", "-c", "a"}), Indices{});
  EXPECT_EQ(shell_words({"python3", "-c", "a"}), Indices{});
  EXPECT_EQ(shell_words({"sh", "-c"}), Indices{});
  EXPECT_EQ(shell_words({"sh"}), Indices{});
}

TEST(ShellSafety, KnowsTheCharactersWithoutMeaning) {
  EXPECT_TRUE(is_shell_safe("a-Z_0.9,:/@%+="));
  EXPECT_TRUE(is_shell_safe(""));
  for (const char* text : {"a b", "a;b", "$a", "`a`", "a'b", "a\"b", "a\nb", "a*", "~", "#", "é"}) {
    EXPECT_FALSE(is_shell_safe(text)) << text;
  }
}

}  // namespace
}  // namespace diwan
