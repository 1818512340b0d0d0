// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/default_filter.hpp"

#include <array>
#include <memory>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <re2/re2.h>

#include "collectors/registry.hpp"

namespace diwan {

// For the messages of failed comparisons.
std::ostream& operator<<(std::ostream& out, const NamedValue& match) {
  return out << match.name << " = " << match.value;
}

namespace {

std::vector<NamedValue> by_scan(std::string_view line) {
  std::vector<NamedValue> all;
  DefaultFilterScan scan(line);
  while (const auto match = scan.next()) {
    all.push_back(*match);
  }
  return all;
}

std::vector<NamedValue> by_re2(const re2::RE2& filter, const std::string& line) {
  std::vector<NamedValue> all;
  const auto view = [&](const re2::StringPiece& piece) {
    return std::string_view(piece.data(), piece.size());
  };
  // \b looks at the byte before, so the whole line is searched from a place, not what is left.
  std::array<re2::StringPiece, 3> groups;
  std::size_t at = 0;
  while (filter.Match(line, at, line.size(), re2::RE2::UNANCHORED, groups.data(), 3)) {
    all.push_back({view(groups[1]), view(groups[2])});
    at = static_cast<std::size_t>(groups[0].data() - line.data()) + groups[0].size();
  }
  return all;
}

std::string random_line(std::mt19937_64& random) {
  static const std::vector<std::string> pieces = {
      "loss", "acc",  "nan",      "NaN",  "inf", "Infinity", "infinit", "in",
      "f",    "=",    "=",        "=",    "=",   " ",        " ",       "\t",
      "\f",   "\v",   "\r",       ".",    ".",   "-",        "+",       "e",
      "E",    "|",    "_",        "0",    "12",  "5",        ":",       ",",
      "\"",   "\x1b", "\xC3\xA9", "\xFF", "a",   "Z",        "/",       std::string(1, '\0')};
  std::string line;
  for (auto left = random() % 14; left > 0; --left) {
    const bool near_a_match = random() % 3 == 0;  // else few lines would hold any
    line += near_a_match ? "a=" : pieces[random() % pieces.size()];
  }
  return line;
}

TEST(DefaultFilter, IsAFilterThatIsAccepted) {
  EXPECT_EQ(check_filter(default_filter()), std::nullopt);
}

TEST(DefaultFilter, ReadsNamesOfLettersDigitsUnderscoreDashAndBar) {
  for (const char* name : {"loss", "Validation-accuracy", "a_b|c-1", "--loss"}) {
    EXPECT_TRUE(default_filter_reads(name)) << name;
  }
  for (const char* name : {"val/loss", "val.loss", "a b", "loss@1", "\xC3\xA9", ""}) {
    EXPECT_FALSE(default_filter_reads(name)) << name;
  }
}

TEST(DefaultFilter, WhereItDoesNotReadANameAnotherFilterIsNamedThatDoes) {
  for (const std::string name : {"val/loss", "val.loss", "a b", "loss@[0.5]", "a\\d(b)^$"}) {
    CollectorSpec spec{.metrics = {name}, .filters = {filter_for(name)}};
    ASSERT_EQ(check_filter(spec.filters.front()), std::nullopt) << name;
    const auto collector = make_collector(spec);

    const std::vector<Observation> found = collector->feed(name + " = -1.5e-3, x\nvalXloss=2\n");

    ASSERT_EQ(found.size(), 1U) << name;
    EXPECT_EQ(found.front().value, -1.5e-3);
  }
}

TEST(DefaultFilter, ScanFindsWhatRe2Finds) {
  const re2::RE2 filter(re2::StringPiece(default_filter().data(), default_filter().size()));
  constexpr std::uint64_t seed = 20'240'501;
  std::mt19937_64 random(seed);
  std::size_t matches = 0;

  for (int i = 0; i < 40'000; ++i) {
    const std::string line = random_line(random);
    const auto expected = by_re2(filter, line);
    ASSERT_EQ(by_scan(line), expected) << "seed " << seed << " line " << i << ": " << line;
    matches += expected.size();
  }

  EXPECT_GT(matches, 5'000U);  // else the lines try nothing
}

}  // namespace

}  // namespace diwan
