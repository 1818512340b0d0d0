// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/timestamp.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace diwan {
namespace {

using std::chrono::microseconds;

Time at(long long unix_microseconds) { return Time{microseconds{unix_microseconds}}; }

TEST(Timestamp, ReadsRfc3339InAnyZone) {
  EXPECT_EQ(parse_rfc3339("2024-01-02T03:04:05Z"), at(1'704'164'645'000'000));
  EXPECT_EQ(parse_rfc3339("2024-01-02T05:34:05+02:30"), at(1'704'164'645'000'000));
  EXPECT_EQ(parse_rfc3339("2024-01-01T21:04:05-06:00"), at(1'704'164'645'000'000));
  EXPECT_EQ(parse_rfc3339("1969-12-31T23:59:59.5Z"), at(-500'000));
}

TEST(Timestamp, TakesAFractionOfAnyLengthToTheMicrosecond) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.000001Z"), at(1));
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.1Z"), at(100'000));
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.123456789012Z"), at(123'456));
}

TEST(Timestamp, IsAsLenientAsKatibIs) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T1:00:00Z"), at(3'600'000'000));
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00,25Z"), at(250'000));
}

TEST(Timestamp, IsNothingForADateThatIsNone) {
  for (const char* text :
       {"", "2024", "2024-01-01", "2024-01-01 12:00:00", "2024-01-01T12:00:00",
        "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z",
        "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z",
        "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00Zx", "2024-01-01T00:00:00+25:00",
        "2024-01-01T00:00:00z", "20240-1-01T00:00:00Z", "-024-01-01T00:00:00Z"}) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
  }
}

TEST(Timestamp, IsWrittenInUtcWithSixDecimals) {
  EXPECT_EQ(time_text(at(1'769'860'800'000'250)), "2026-01-31T12:00:00.000250Z");
  EXPECT_EQ(time_text(at(0)), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(time_text(at(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(Timestamp, ReadsBackWhatItWrites) {
  for (const long long instant : {-1LL, 0LL, 1LL, 1'769'860'800'123'456LL}) {
    EXPECT_EQ(parse_rfc3339(time_text(at(instant))), at(instant)) << instant;
  }
}

TEST(Timestamp, UnixSecondsKeepTheirFraction) {
  EXPECT_EQ(from_unix_seconds(1.5), at(1'500'000));
  EXPECT_EQ(from_unix_seconds(1'700'000'000.25), at(1'700'000'000'250'000));
}

TEST(Timestamp, UnixSecondsOutsideTheCalendarAreNothing) {
  EXPECT_EQ(from_unix_seconds(1e300), std::nullopt);
  EXPECT_EQ(from_unix_seconds(-1e300), std::nullopt);
  EXPECT_EQ(from_unix_seconds(std::numeric_limits<double>::quiet_NaN()), std::nullopt);
}

}  // namespace
}  // namespace diwan
