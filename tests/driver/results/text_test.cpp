// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <fstream>
#include <vector>

#include <gtest/gtest.h>

#include "driver/results/csv.hpp"
#include "driver/results/outcome.hpp"
#include "driver/results/shell_quote.hpp"
#include "driver/results/table.hpp"
#include "driver/results/time_text.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

TEST(TimeText, HasSixDecimalsAndReadsBack) {
  const Time time = *parse_time("2026-02-28T23:59:59.000250Z");

  EXPECT_EQ(time_text(time), "2026-02-28T23:59:59.000250Z");
  EXPECT_EQ(time_text(Time{}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(time_text(Time{std::chrono::microseconds{-1}}), "1969-12-31T23:59:59.999999Z");
}

TEST(TimeText, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z", "2026-01-01 00:00:00Z"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(TimeText, TellsDurationsInTheirOwnSize) {
  EXPECT_EQ(duration_text(12.34), "12.3s");
  EXPECT_EQ(duration_text(245), "4m05s");
  EXPECT_EQ(duration_text(4320), "1h12m");
  EXPECT_EQ(duration_text(183600), "2d03h");
}

TEST(Csv, QuotesOnlyWhatNeedsIt) {
  const std::vector<std::string> fields = {"a", "b,c", "say \"x\"", "two\nlines", ""};

  EXPECT_EQ(csv_line(fields), "a,\"b,c\",\"say \"\"x\"\"\",\"two\nlines\",\n");
}

TEST(ShellQuote, MakesOneWordOfAnything) {
  const std::vector<std::string> words = {"--lr=0.1", "", "two words", "it's", "$HOME"};

  EXPECT_EQ(shell_quote(words), R"(--lr=0.1 '' 'two words' 'it'\''s' '$HOME')");
}

TEST(Table, AlignsColumnsAndCutsTheLastToThePage) {
  Table table;
  table.column("#", Table::Align::right);
  table.column("NAME");
  table.column("REST");
  table.row({"1", "a", "short"});
  table.row({"10", "bcd", "much too long for it"});

  EXPECT_EQ(table.text({.columns = 20, .colour = false}),
            " #  NAME  REST\n"
            " 1  a     short\n"
            "10  bcd   much too …\n");
}

TEST(Table, MakesControlCharactersHarmless) {
  Table table;
  table.column("A");
  table.row({"x\x1b[31my\n"});

  EXPECT_EQ(table.text({}), "A\nx?[31my?\n");
}

TEST(Table, CountsCharactersNotBytes) {
  EXPECT_EQ(width_of("größe"), 5U);
  EXPECT_EQ(cut_to("größe", 4), "grö…");
}

TEST(Outcome, ReadsBackWhatItSays) {
  const test::ScratchDirectory scratch;
  const Outcome outcome{75, "time limit \"1h\"", *parse_time("2026-01-01T00:00:00.5Z")};

  EXPECT_EQ(
      outcome_line(outcome),
      R"({"version":1,"exit":75,"reason":"time limit \"1h\"","time":"2026-01-01T00:00:00.500000Z"})");
  EXPECT_EQ(read_outcome(scratch.path()), std::nullopt);
  std::ofstream(scratch.path() / "outcome") << outcome_line(outcome) << '\n';
  EXPECT_EQ(read_outcome(scratch.path()), outcome);
}

}  // namespace
}  // namespace diwan
