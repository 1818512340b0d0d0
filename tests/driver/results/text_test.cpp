// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <fstream>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/timestamp.hpp"
#include "driver/results/csv.hpp"
#include "driver/results/duration_text.hpp"
#include "driver/results/outcome.hpp"
#include "driver/results/table.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

TEST(DurationText, FitsTheSizeOfTheDuration) {
  EXPECT_EQ(duration_text(12.34), "12.3s");
  EXPECT_EQ(duration_text(245), "4m05s");
  EXPECT_EQ(duration_text(4320), "1h12m");
  EXPECT_EQ(duration_text(183600), "2d03h");
}

TEST(Csv, QuotesOnlyWhatNeedsIt) {
  const std::vector<std::string> fields = {"a", "b,c", "say \"x\"", "two\nlines", ""};

  EXPECT_EQ(csv_line(fields), "a,\"b,c\",\"say \"\"x\"\"\",\"two\nlines\",\n");
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
  table.column("A\x1b[1m");
  table.row({"x\x1b[31my\n"});

  EXPECT_EQ(table.text({}), "A?[1m\nx?[31my?\n");
}

TEST(Table, CountsWhatATerminalShowsNotBytes) {
  EXPECT_EQ(width_of("größe"), 5U);
  EXPECT_EQ(cut_to("größe", 4), "grö…");
  EXPECT_EQ(width_of("学習率"), 6U);
  EXPECT_EQ(cut_to("学習率", 5), "学習…");
  EXPECT_EQ(cut_to("学習率", 4), "学…");
  EXPECT_EQ(width_of("e\u0301"), 1U);
  EXPECT_EQ(width_of("\xff\xfe"), 2U) << "bytes that are no UTF-8";
  EXPECT_EQ(printable("a\u009bb"), "a?b") << "a terminal may take it for an escape";
  EXPECT_EQ(printable("a\u202eb\u2028c\ufeff"), "a?b?c?") << "what follows would be turned around";
  EXPECT_EQ(printable("क्\u200dष"), "क्\u200dष") << "a script needs it";
}

TEST(Table, CutsTextsAndHeadingsButNoNumbers) {
  Table table;
  table.column("NAME");
  table.column("a heading that is too long", Table::Align::right);
  table.column("REST");
  table.row({"quite a long name", "0.123456", "short"});

  EXPECT_EQ(table.text({.columns = 28, .colour = false}),
            "NAME       a heading…  REST\n"
            "quite a …    0.123456  short\n");
}

TEST(Table, IsWiderThanThePageWhereItsNumbersAre) {
  Table table;
  table.column("A", Table::Align::right);
  table.column("B", Table::Align::right);
  table.row({"0.123456", "0.654321"});

  EXPECT_EQ(table.text({.columns = 10, .colour = false}),
            "       A         B\n"
            "0.123456  0.654321\n");
}

TEST(Outcome, ReadsBackWhatItSays) {
  const test::ScratchDirectory scratch;
  const Outcome outcome{75, "time limit \"1h\"", *parse_rfc3339("2026-01-01T00:00:00.5Z")};

  EXPECT_EQ(
      outcome_line(outcome),
      R"({"version":1,"exit":75,"reason":"time limit \"1h\"","time":"2026-01-01T00:00:00.500000Z"})");
  EXPECT_EQ(read_outcome(scratch.path()), std::nullopt);
  std::ofstream(scratch.path() / "outcome") << outcome_line(outcome) << '\n';
  EXPECT_EQ(read_outcome(scratch.path()), outcome);
}

}  // namespace
}  // namespace diwan
