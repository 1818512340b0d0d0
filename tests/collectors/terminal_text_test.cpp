// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/terminal_text.hpp"

#include <gtest/gtest.h>

namespace diwan {
namespace {

std::string plain(std::string_view line) {
  std::string scratch;
  return std::string(without_escape_sequences(line, scratch));
}

TEST(TerminalText, LosesColoursCursorMovesAndTitles) {
  EXPECT_EQ(plain("\x1b[1;32mloss\x1b[0m=0.3"), "loss=0.3");
  EXPECT_EQ(plain("\x1b[2K\x1b[1Gloss=0.3"), "loss=0.3");
  EXPECT_EQ(plain("\x1b]0;training\aloss=0.3"), "loss=0.3");
  EXPECT_EQ(plain("\x1b]8;;http://x\x1b\\loss\x1b]8;;\x1b\\=0.3"), "loss=0.3");
  EXPECT_EQ(plain("\x1b(Bloss=0.3\x1b"
                  "7"),
            "loss=0.3");
}

TEST(TerminalText, KeepsTheTextAfterABrokenSequence) {
  EXPECT_EQ(plain("a\x1b"), "a");
  EXPECT_EQ(plain("a\x1b["), "a");
  EXPECT_EQ(plain("a\x1b[1;\x01loss=1"), "a\x01loss=1");
  EXPECT_EQ(plain("\x1b]0;title without end loss=1"), "0;title without end loss=1");
  EXPECT_EQ(plain("\x1b\x1b[31mloss=1"), "loss=1");
}

TEST(TerminalText, PrintableTextIsUntouched) {
  EXPECT_EQ(printable("a\tb \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", 100),
            "a\tb \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
}

TEST(TerminalText, ReplacesControlsAndWhatIsNotUtf8) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(printable("a\x01\x7F", 100), "a" + mark + mark);
  EXPECT_EQ(printable("\xC2\x9B", 100), mark);                    // C1 control: CSI in eight bits
  EXPECT_EQ(printable("\xC0\xAF", 100), mark + mark);             // overlong
  EXPECT_EQ(printable("\xED\xA0\x80", 100), mark + mark + mark);  // surrogate
  EXPECT_EQ(printable("\xF4\x90\x80\x80", 100), mark + mark + mark + mark);
  EXPECT_EQ(printable("\xE2\x82", 100), mark + mark);  // cut off
}

TEST(TerminalText, IsCutBetweenCharacters) {
  EXPECT_EQ(printable("ab\xE2\x82\xAC", 4), "ab");
  EXPECT_EQ(printable("ab\xE2\x82\xAC", 5), "ab\xE2\x82\xAC");
  EXPECT_EQ(printable("abc", 0), "");
}

}  // namespace
}  // namespace diwan
