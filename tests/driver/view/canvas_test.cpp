// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/view/canvas.hpp"

#include <gtest/gtest.h>

namespace diwan::view {
namespace {

std::string shown(std::string_view text, std::size_t columns = 20, bool unicode = true) {
  Canvas canvas({1, columns}, unicode);
  canvas.put(0, 0, text);
  return canvas.line(0);
}

TEST(Canvas, ShowsTextAsItIs) { EXPECT_EQ(shown("loss=0.5 größe 東京"), "loss=0.5 größe 東京"); }

TEST(Canvas, LetsNoControlCharacterThrough) {
  EXPECT_EQ(shown("a\x1b[31mb"), "a?[31mb");
  EXPECT_EQ(shown("a\tb\nc\rd\x7f"), "a?b?c?d?");
  EXPECT_EQ(shown("a\xc2\x9b"
                  "31mb"),
            "a?31mb");  // CSI as one character of Unicode
  EXPECT_EQ(shown("a\x9b"
                  "31mb"),
            "a?31mb");  // and as a byte
  EXPECT_EQ(shown(std::string_view("a\0b", 3)), "a?b");
}

TEST(Canvas, LetsNothingTurnTheWritingAround) {
  EXPECT_EQ(shown("a\xe2\x80\xae"
                  "b"),
            "a?b");  // right-to-left override
  EXPECT_EQ(shown("a\xe2\x81\xa6"
                  "b"),
            "a?b");
  EXPECT_EQ(shown("\xef\xbb\xbf"
                  "b"),
            "?b");
}

TEST(Canvas, ShowsBytesThatAreNoTextAsQuestionMarks) {
  EXPECT_EQ(shown("a\xff\xc3(b"),
            "a?"
            "?(b");
}

TEST(Canvas, GivesWideCharactersTwoPlacesAndNeverHalfOfOne) {
  Canvas canvas({1, 5}, true);

  const std::size_t end = canvas.put(0, 0, "東京");

  EXPECT_EQ(end, 4U);
  EXPECT_EQ(canvas.at(0, 1).text, U"");
  EXPECT_EQ(shown("東京都", 5), "東京…");
  EXPECT_EQ(shown("東京都", 4), "東 …");
}

TEST(Canvas, JoinsMarksToTheirCharacter) {
  Canvas canvas({1, 4}, true);

  const std::size_t end = canvas.put(0, 0, "e\xcc\x81x");

  EXPECT_EQ(end, 2U);
  EXPECT_EQ(canvas.at(0, 0).text, U"e\u0301");
  EXPECT_LE(columns_of(std::string("a") + std::string(1000, '\xcc')), 1001U);
}

TEST(Canvas, KeepsAHundredMarksFromOneCharacter) {
  std::string text = "e";
  for (int i = 0; i < 100; ++i) {
    text += "\xcc\x81";
  }
  Canvas canvas({1, 4}, true);

  canvas.put(0, 0, text);

  EXPECT_LE(canvas.at(0, 0).text.size(), 4U);
}

TEST(Canvas, CutsWhatDoesNotFitAndSaysSo) {
  EXPECT_EQ(shown("abcdef", 4), "abc…");
  EXPECT_EQ(shown("abcdef", 4, false), "abc~");
  EXPECT_EQ(shown("abcd", 4), "abcd");
  EXPECT_EQ(shown(std::string(100'000, 'x'), 3), "xx…");
}

TEST(Canvas, IsAsciiWhereItHasToBe) { EXPECT_EQ(shown("größe 東京", 20, false), "gr??e ????"); }

TEST(Canvas, TakesNothingOutsideOfIt) {
  Canvas canvas({2, 4}, true);

  canvas.put(2, 0, "below");
  canvas.put(0, 4, "behind");
  canvas.fill(0, 3, 100, U'-');
  canvas.paint(5, 0, 3, Style::bad);

  EXPECT_EQ(canvas.line(0), "   -");
  EXPECT_EQ(canvas.line(1), "");
}

TEST(Canvas, PutsTextBeforeAColumn) {
  Canvas canvas({1, 10}, true);

  EXPECT_EQ(canvas.put_before(0, 9, "abc"), 6U);
  EXPECT_EQ(canvas.line(0), "      abc");
  canvas.put_before(0, 9, "abcdef", Style::plain, 4);
  EXPECT_EQ(canvas.line(0), "     abc…");
}

TEST(Wrapped, BreaksAtBlanksAndWithinWordsThatAreTooLong) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrapped("lr=0.1 depth=3 x", 8, 9), (Lines{"lr=0.1", "depth=3", "x"}));
  EXPECT_EQ(wrapped("abcdefgh ij", 4, 9), (Lines{"abcd", "efgh", "ij"}));
  EXPECT_EQ(wrapped("a\nb", 4, 9), (Lines{"a", "b"}));
  EXPECT_EQ(wrapped(std::string(100'000, 'x'), 10, 3).size(), 3U);
  EXPECT_EQ(wrapped("", 10, 3), Lines{});
}

}  // namespace
}  // namespace diwan::view
