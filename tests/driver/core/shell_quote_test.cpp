// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/core/shell_quote.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace diwan {
namespace {

TEST(ShellQuote, MakesOneWordOfAnything) {
  const std::vector<std::string> words = {"--lr=0.1", "", "two words", "it's", "$HOME"};

  EXPECT_EQ(shell_quote(words), R"(--lr=0.1 '' 'two words' 'it'\''s' '$HOME')");
}

}  // namespace
}  // namespace diwan
