// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/view/log_lines.hpp"

#include <gtest/gtest.h>

namespace diwan::view {
namespace {

using Lines = std::vector<std::string>;

TEST(LogLines, AreTheLines) {
  EXPECT_EQ(log_lines("a\n\nb"), (Lines{"a", "", "b"}));
  EXPECT_EQ(log_lines("a\r\nb\r\n"), (Lines{"a", "b"}));
  EXPECT_EQ(log_lines(""), Lines{});
}

TEST(LogLines, LeaveColoursAndOtherSequencesOut) {
  EXPECT_EQ(log_lines("\x1b[1;31mred\x1b[0m end"), Lines{"red end"});
  EXPECT_EQ(log_lines("\x1b]0;title\alog"), Lines{"log"});
  EXPECT_EQ(log_lines("\x1b]8;;http://x\x1b\\link"), Lines{"link"});
  EXPECT_EQ(log_lines("\x1bPq#0\x1b\\x"), Lines{"x"});
  EXPECT_EQ(log_lines("a\x1b(Bb\x1b"
                      "7c"),
            Lines{"abc"});
  EXPECT_EQ(log_lines("a\x1b["), Lines{"a"});
  EXPECT_EQ(log_lines("a\x1b"), Lines{"a"});
  EXPECT_EQ(log_lines("\x1b]0;never closed\nnext"), (Lines{"", "next"}));
}

TEST(LogLines, ShowAProgressBarAsItIsNow) {
  EXPECT_EQ(log_lines("10%\r50%\r100%\ndone"), (Lines{"100%", "done"}));
  EXPECT_EQ(log_lines("50%\r"), Lines{"50%"});
  EXPECT_EQ(log_lines("ab\b\bxy"), Lines{"xy"});
}

TEST(LogLines, TakeTabulatorsForBlanks) { EXPECT_EQ(log_lines("a\tb"), Lines{"a       b"}); }

}  // namespace
}  // namespace diwan::view
