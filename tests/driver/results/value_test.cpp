// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/value.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace diwan {
namespace {

TEST(Value, WritesDoublesShortestAndNonFiniteOnesAsTexts) {
  const double inf = std::numeric_limits<double>::infinity();

  const std::string text =
      json_text(Value::List{0.1, 1e-7, 5.0, std::nan(""), inf, -inf, 1.0 / 3.0});

  EXPECT_EQ(text, R"([0.1,1e-07,5,"nan","inf","-inf",0.3333333333333333])");
}

TEST(Value, KeepsTheLargestIntegersExact) {
  const std::string text = json_text(Value::List{UINT64_MAX, INT64_MIN, true, nullptr});

  EXPECT_EQ(text, "[18446744073709551615,-9223372036854775808,true,null]");
}

TEST(Value, KeepsFieldsInTheirOrderAndTakesThemOut) {
  Value value(Value::Fields{{"b", 1}, {"a", 2}});
  value["c"] = Value::List{};
  value.remove("a");

  EXPECT_EQ(json_text(value), R"({"b":1,"c":[]})");
}

TEST(Value, WritesBytesThatAreNoUtf8AsReplacementCharacters) {
  const std::string text = json_string("a\xFF\"\n");

  EXPECT_EQ(nlohmann::json::parse(text).get<std::string>(), "a\xEF\xBF\xBD\"\n");
}

TEST(Value, IndentsByTwoBlanks) {
  EXPECT_EQ(json_text(Value::Fields{{"a", Value::List{1, 2}}, {"b", Value::Fields{}}}, true),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
}

TEST(Yaml, ReadsBackWhatItWrites) {
  const Value value = Value::Fields{
      {"text", "plain words"},
      {"number as text", "12"},
      {"truth as text", "yes"},
      {"empty", ""},
      {"lines", "a\nb: c"},
      {"list", Value::List{1, -2.5, Value::List{"x"}, Value::Fields{{"k", nullptr}, {"l", false}}}},
      {"nothing", Value::List{}},
      {"deep", Value::Fields{{"er", Value::Fields{{"and", "deeper"}}}}}};

  EXPECT_EQ(json_text(parse_yaml(yaml_text(value))), json_text(value));
}

TEST(Yaml, WritesExponentsSoThatYaml11ReadersSeeNumbers) {
  EXPECT_EQ(yaml_text(Value::Fields{{"a", 1e-5}, {"b", 1.5e30}}), "a: 1.0e-05\nb: 1.5e+30\n");
}

TEST(Yaml, TakesQuotedScalarsForTextsAndPlainOnesForWhatTheySay) {
  const Value value = parse_yaml("{a: '1', b: 1, c: 1.5, d: true, e: ~, f: 1.2.3, g: \"true\"}");

  EXPECT_EQ(json_text(value),
            R"({"a":"1","b":1,"c":1.5,"d":true,"e":null,"f":"1.2.3","g":"true"})");
}

TEST(Yaml, AppliesMergeKeysBelowWhatIsGiven) {
  const Value value = parse_yaml("base: &b {x: 1, y: 2}\nof:\n  <<: *b\n  y: 3\n");

  EXPECT_EQ(json_text(*value.find("of")), R"({"y":3,"x":1})");
}

TEST(Yaml, RefusesWhatIsNone) { EXPECT_THROW(parse_yaml("a: [1, 2"), std::invalid_argument); }

}  // namespace
}  // namespace diwan
