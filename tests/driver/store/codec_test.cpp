// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/codec.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/driver/store/any_event.hpp"

namespace diwan {
namespace {

std::string encoded(const Event& event) {
  std::string out;
  encode_event(event, out);
  return out;
}

/// The bytes of a double, so that -0 and 0 differ.
bool same_sign(double a, double b) { return std::signbit(a) == std::signbit(b); }

TEST(Codec, EveryEventSurvivesTheJournal) {
  for_each_seed(5000, [](Dice& dice) {
    const Event event = any_event(dice);

    const Event back = decode_event(encoded(event));

    EXPECT_EQ(back, event) << encoded(event);
  });
}

TEST(Codec, EveryPayloadIsOneLineOfJsonThatOthersRead) {
  for_each_seed(1000, [](Dice& dice) {
    const Event event = any_event(dice);

    const std::string payload = encoded(event);

    EXPECT_EQ(payload.find('\n'), std::string::npos);
    if (payload.find("\\udc") ==
        std::string::npos) {  // half surrogates are for those who know them
      EXPECT_EQ(nlohmann::json::parse(payload).at("event"), event_name(event));
    }
  });
}

TEST(Codec, WritesAnObservedBatchAsTheFormatSays) {
  const Observed observed{
      {7, 2},
      1,
      Source::push,
      40,
      true,
      {10, 11, 9},
      {0.25, -0.0, std::numeric_limits<double>::infinity()},
      {Time(std::chrono::microseconds(1000)), Time(std::chrono::microseconds(1500)),
       Time(std::chrono::microseconds(1400))},
      {{1, "a\xFF"}}};

  EXPECT_EQ(encoded(observed),
            R"({"event":"observed","trial":7,"attempt":2,"metric":1,"source":"push","first":40,)"
            R"("ownSteps":true,"steps":[10,1,-2],"values":[0.25,-0,"inf"],"times":[1000,500,-100],)"
            R"("texts":{"1":"a\udcff"}})");
}

TEST(Codec, KeepsTheSignOfZero) {
  Observed observed{{1, 1}, 0, Source::file, 0, false, {1}, {-0.0}, {Time{}}, {}};

  const Event back = decode_event(encoded(observed));

  EXPECT_TRUE(same_sign(std::get<Observed>(back).values.at(0), -0.0));
}

TEST(Codec, SkipsMembersOfALaterVersion) {
  const Event event = decode_event(
      R"({"event":"queued","trial":3,"site":{"name":["a",1.5,null,true]},"attempt":2,"x":"y"})");

  EXPECT_EQ(event, Event(Queued{{3, 2}}));
}

TEST(Codec, RefusesWhatIsNoEventAndSaysWhy) {
  const auto reason = [](const char* payload) -> std::string {
    try {
      decode_event(payload);
    } catch (const CodecError& error) {
      return error.what();
    }
    return "read";
  };

  EXPECT_EQ(reason(""), "byte 0 of the record: expected '{'");
  EXPECT_EQ(reason("{}"), "byte 2 of the record: no event");
  EXPECT_EQ(reason(R"({"trial":1})"), "byte 9 of the record: the first member is not \"event\"");
  EXPECT_EQ(reason(R"({"event":"sold"})"),
            "byte 15 of the record: unknown event \"sold\"; a newer Diwan may have written it");
  EXPECT_EQ(reason(R"({"event":"queued","trial":1.5})"),
            "byte 27 of the record: expected an integer");
  EXPECT_EQ(reason(R"({"event":"queued","trial":-1})"),
            "byte 26 of the record: no integer in range");
  EXPECT_EQ(reason(R"({"event":"queued"} )"), "read");
  EXPECT_EQ(reason(R"({"event":"queued"}x)"),
            "byte 18 of the record: something follows the object");
  EXPECT_EQ(reason(R"({"event":"ended","outcome":"won"})"),
            "byte 32 of the record: unknown word \"won\"");
  EXPECT_EQ(reason(R"({"event":"observed","steps":[1],"values":[],"times":[1]})"),
            "byte 56 of the record: columns of different length");
  EXPECT_EQ(reason(R"({"event":"observed","texts":{"0":"x"}})"),
            "byte 38 of the record: columns of different length");
}

TEST(Codec, NeverFailsOtherwiseOnDamagedPayloads) {
  for_each_seed(3000, [](Dice& dice) {
    std::string payload = encoded(any_event(dice));
    for (std::size_t i = 1 + dice.below(3); i > 0; --i) {
      payload[dice.below(payload.size())] = static_cast<char>(dice.bits());
    }
    payload.resize(dice.one_in(3) ? dice.below(payload.size() + 1) : payload.size());

    try {
      decode_event(payload);
    } catch (const CodecError&) {
      // as it should
    }
  });
}

}  // namespace
}  // namespace diwan
