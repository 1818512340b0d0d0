// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "driver/store/json_reader.hpp"
#include "driver/store/json_writer.hpp"
#include "tests/driver/store/any_event.hpp"

namespace diwan {
namespace {

std::string quoted(const std::string& text, BadBytes bad_bytes) {
  std::string out;
  JsonWriter(out, bad_bytes).text(text);
  return out;
}

TEST(Json, ReadsBackEveryTextByteForByte) {
  for_each_seed(2000, [](Dice& dice) {
    const std::string text = any_text(dice);

    const std::string back = JsonReader(quoted(text, BadBytes::escape)).text();

    EXPECT_EQ(back, text);
  });
}

TEST(Json, WritesForOthersOnlyWhatTheyRead) {
  for_each_seed(2000, [](Dice& dice) {
    const std::string text = any_text(dice);

    const std::string written = quoted(text, BadBytes::replace);

    const std::string back = nlohmann::json::parse(written).get<std::string>();
    EXPECT_EQ(quoted(back, BadBytes::replace), written);
  });
}

TEST(Json, KnowsUtf8FromOtherBytes) {
  EXPECT_EQ(utf8_length("a"), 1u);
  EXPECT_EQ(utf8_length("\xC3\xB6"), 2u);
  EXPECT_EQ(utf8_length("\xE2\x82\xAC"), 3u);
  EXPECT_EQ(utf8_length("\xF0\x9F\x98\x80"), 4u);
  for (const char* bad : {"", "\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_EQ(utf8_length(bad), 0u) << nlohmann::json(std::string(bad).size());
  }
}

TEST(Json, ReadsTheEscapesOfOthers) {
  EXPECT_EQ(JsonReader(R"("\u00f6\u20ac\ud83d\ude00\/\b\f\r")").text(),
            "\xC3\xB6\xE2\x82\xAC\xF0\x9F\x98\x80/\b\f\r");
}

TEST(Json, RefusesBrokenTexts) {
  for (const char* bad : {R"("a)", R"("\)", R"("\x")", R"("\u12)", R"("\u12g4")", R"("\ud83dx")",
                          R"("\ud83d\u0041")", R"("\udc00")", "a"}) {
    EXPECT_THROW(JsonReader(bad).text(), JsonError) << bad;
  }
}

TEST(Json, RefusesNumbersThatAreNone) {
  for (const char* bad : {"", "-", "nan", "inf", "+1", ".5", "1e999", "x", "\"NaN\""}) {
    EXPECT_THROW(JsonReader(bad).number(), JsonError) << bad;
  }
}

TEST(Json, PassesOverNestedValuesButNotWithoutEnd) {
  JsonReader fine(R"({"a":[1,{"b":"}"},null,true,false,"nan"]} )");
  fine.skip();
  EXPECT_NO_THROW(fine.end());

  EXPECT_THROW(JsonReader(std::string(100000, '[')).skip(), JsonError);
}

}  // namespace
}  // namespace diwan
