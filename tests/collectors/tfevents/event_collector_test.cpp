// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/tfevents/event_collector.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "collectors/timestamp.hpp"
#include "tests/collectors/tfevents/event_file.hpp"

namespace diwan {
namespace {

namespace file = test::event_file;

struct Reading {
  std::vector<Observation> observations;
  Skipped skipped;

  std::vector<double> values() const {
    std::vector<double> values;
    for (const Observation& observation : observations) {
      values.push_back(observation.value);
    }
    return values;
  }
};

Reading read(std::string_view bytes, const std::vector<std::string>& metrics = {"loss"},
             const std::string& path = "events.out.tfevents.1") {
  EventCollector collector(metrics, path);
  Reading reading{collector.feed(bytes), {}};
  EXPECT_TRUE(collector.finish().empty());
  reading.skipped = collector.skipped();
  return reading;
}

/// What one value of the tag "loss" gives; NaN if nothing.
double read_value(const std::string& value) {
  const auto values = read(file::event(1, 1, value)).values();
  return values.empty() ? std::numeric_limits<double>::quiet_NaN() : values.front();
}

double read_tensor(std::int64_t type, const std::string& elements,
                   const std::vector<std::int64_t>& shape = {}) {
  return read_value(file::tensor("loss", type, elements, shape));
}

TEST(EventCollector, GivesValueStepAndTimeOfEachScalar) {
  const Reading reading =
      read(file::first() + file::event(1704164645.25, 7, file::simple("loss", 0.5F)) +
           file::event(1704164646, -1, file::simple("acc", 1) + file::simple("loss", -2)));

  ASSERT_EQ(reading.values(), (std::vector<double>{0.5, -2}));
  EXPECT_EQ(reading.observations[0].step, 7);
  EXPECT_EQ(time_text(*reading.observations[0].time), "2024-01-02T03:04:05.250000Z");
  EXPECT_EQ(reading.observations[1].step, -1);
  EXPECT_EQ(reading.skipped, Skipped{});
}

TEST(EventCollector, AStepThatIsNotWrittenIsZero) {
  const Reading reading =
      read(file::record(file::real(1, 2.0) + file::bytes(5, file::simple("loss", 0.5F))));

  ASSERT_EQ(reading.observations.size(), 1U);
  EXPECT_EQ(reading.observations[0].step, 0);
}

// Katib: the decimal that NumPy prints of a tensor's float32, the float itself of a simple value.
TEST(EventCollector, ReadsFloatsAsKatibDoes) {
  EXPECT_EQ(read_value(file::simple("loss", 0.1F)), 0.10000000149011612);
  EXPECT_EQ(read_tensor(1, file::real(5, 0.1F)), 0.1);
}

TEST(EventCollector, ReadsTensorsOfEveryRealType) {
  EXPECT_EQ(read_tensor(2, file::real(6, 0.1)), 0.1);
  EXPECT_EQ(read_tensor(3, file::number(7, -3)), -3);
  EXPECT_EQ(read_tensor(4, file::number(7, 200)), 200);
  EXPECT_EQ(read_tensor(5, file::number(7, -300)), -300);
  EXPECT_EQ(read_tensor(6, file::number(7, -100)), -100);
  EXPECT_EQ(read_tensor(9, file::number(10, -5'000'000'000)), -5e9);
  EXPECT_EQ(read_tensor(10, file::number(11, 1)), 1);
  EXPECT_EQ(read_tensor(14, file::number(13, 0xBFC0)), -1.5);
  EXPECT_EQ(read_tensor(17, file::number(7, 65535)), 65535);
  EXPECT_EQ(read_tensor(19, file::number(13, 0x3E00)), 1.5);
  EXPECT_EQ(read_tensor(22, file::number(16, 4'000'000'000)), 4e9);
  EXPECT_EQ(read_tensor(23, file::number(17, 5'000'000'000)), 5e9);
}

TEST(EventCollector, ReadsTheBytesOfATensor) {
  EXPECT_EQ(read_tensor(1, file::bytes(4, file::fixed(0x3DCCCCCD, 4))), 0.1);
  EXPECT_EQ(read_tensor(2, file::bytes(4, file::fixed(0x3FB999999999999A, 8))), 0.1);
  EXPECT_EQ(read_tensor(6, file::bytes(4, "\xFE")), -2);
  EXPECT_EQ(read_tensor(9, file::bytes(4, std::string(8, '\xFF'))), -1);
  EXPECT_EQ(read_tensor(19, file::bytes(4, file::fixed(0xC000, 2))), -2);
}

TEST(EventCollector, ReadsHalvesOverTheirWholeRange) {
  const auto half = [](std::int64_t bits) { return read_tensor(19, file::number(13, bits)); };

  EXPECT_EQ(half(0x0001), std::ldexp(1, -24));
  EXPECT_EQ(half(0x03FF), std::ldexp(1023, -24));
  EXPECT_EQ(half(0x0400), std::ldexp(1, -14));
  EXPECT_EQ(half(0x7BFF), 65504);
  EXPECT_EQ(half(0x8000), 0);
  EXPECT_EQ(half(0xFC00), -std::numeric_limits<double>::infinity());
}

TEST(EventCollector, NumbersThatAreNotFiniteAreValues) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();

  EXPECT_EQ(read_value(file::simple("loss", infinity)), infinity);
  EXPECT_EQ(read_tensor(1, file::real(5, -infinity)), -infinity);
  const auto values = read(file::event(1, 1, file::simple("loss", nan))).values();
  ASSERT_EQ(values.size(), 1U);
  EXPECT_TRUE(std::isnan(values[0]));
}

// As TensorFlow reads them: what a list leaves out is zero.
TEST(EventCollector, ATensorWithoutElementsIsZero) {
  EXPECT_EQ(read_tensor(1, ""), 0);
  EXPECT_EQ(read_tensor(9, ""), 0);
}

TEST(EventCollector, ATensorOfOneElementIsAScalarWhateverItsShape) {
  EXPECT_EQ(read_tensor(2, file::real(6, 0.5), {1}), 0.5);
  EXPECT_EQ(read_tensor(2, file::real(6, 0.5), {1, 1}), 0.5);
}

TEST(EventCollector, WhatIsNoScalarIsSkippedWhereItsTagIsAskedFor) {
  const std::string image = file::value("loss", file::bytes(4, "picture"));
  const std::string vector =
      file::tensor("loss", 1, file::real(5, 1.0F) + file::real(5, 2.0F), {2});
  const std::string text = file::tensor("loss", 7, file::bytes(8, "0.5"));
  const std::string short_content = file::tensor("loss", 2, file::bytes(4, "1234"));
  const std::string nothing = file::value("loss", "");

  const Reading reading = read(file::event(1, 1, image + vector + text + short_content + nothing) +
                               file::event(1, 2, file::value("other", file::bytes(4, "picture"))));

  EXPECT_TRUE(reading.observations.empty());
  EXPECT_EQ(reading.skipped.count, 5U);
  EXPECT_EQ(reading.skipped.examples[0],
            "a value of \"loss\" that is no scalar (byte 0 of events.out.tfevents.1)");
}

TEST(EventCollector, ATagIsAMetricOnlyAsAWhole) {
  const Reading reading =
      read(file::event(1, 1,
                       file::simple("loss_1", 1) + file::simple("my_loss", 2) +
                           file::simple("a/loss", 3) + file::simple("Loss", 4)));

  EXPECT_TRUE(reading.observations.empty());
}

TEST(EventCollector, AMetricNamesFoldersBeforeItsTag) {
  const std::string bytes = file::event(1, 1, file::simple("loss", 0.5F));
  const std::vector<std::string> metric = {"a/train/loss"};

  EXPECT_EQ(read(bytes, metric, "/logs/a/train/events").values().size(), 1U);
  EXPECT_EQ(read(bytes, metric, "a/train/events").values().size(), 1U);
  EXPECT_EQ(read(bytes, metric, "ba/train/events").values().size(), 0U);
  EXPECT_EQ(read(bytes, metric, "a/train/x/events").values().size(), 0U);
  EXPECT_EQ(read(bytes, metric, "train/events").values().size(), 0U);
  EXPECT_EQ(read(bytes, metric, "").values().size(), 0U);
}

TEST(EventCollector, ATagMayHoldSlashesItself) {
  const std::string bytes = file::event(1, 1, file::simple("loss/train", 0.5F));

  EXPECT_EQ(read(bytes, {"loss/train"}).values().size(), 1U);
  EXPECT_EQ(read(bytes, {"run/loss/train"}, "logs/run/events").values().size(), 1U);
}

TEST(EventCollector, OneValueMayBeOfSeveralMetrics) {
  const Reading reading = read(file::event(1, 1, file::simple("loss", 0.5F)),
                               {"loss", "train/loss", "loss"}, "train/events");

  ASSERT_EQ(reading.observations.size(), 2U);
  EXPECT_EQ(reading.observations[0].metric, 0U);
  EXPECT_EQ(reading.observations[1].metric, 1U);
}

TEST(EventCollector, ARecordThatFailsItsChecksumIsPassedOver) {
  const std::string first = file::event(1, 1, file::simple("loss", 1));
  std::string second = file::event(1, 2, file::simple("loss", 2));
  second[20] = static_cast<char>(second[20] ^ 1);

  const Reading reading = read(first + second + file::event(1, 3, file::simple("loss", 3)));

  EXPECT_EQ(reading.values(), (std::vector<double>{1, 3}));
  EXPECT_EQ(reading.skipped.count, 1U);
  EXPECT_EQ(reading.skipped.examples[0], "a record that fails its checksum (byte " +
                                             std::to_string(first.size()) +
                                             " of events.out.tfevents.1)");
}

TEST(EventCollector, BehindADamagedLengthNothingIsRead) {
  const std::string first = file::event(1, 1, file::simple("loss", 1));
  std::string second = file::event(1, 2, file::simple("loss", 2));
  second[0] = static_cast<char>(second[0] ^ 1);

  const Reading reading = read(first + second + file::event(1, 3, file::simple("loss", 3)));

  EXPECT_EQ(reading.values(), (std::vector<double>{1}));
  EXPECT_EQ(reading.skipped.count, 1U);
  EXPECT_NE(reading.skipped.examples[0].find("nothing behind it can be read (byte " +
                                             std::to_string(first.size())),
            std::string::npos)
      << reading.skipped.examples[0];
}

TEST(EventCollector, AFileOfAnotherKindIsSaidToBeNone) {
  const Reading reading = read("epoch 1 loss=0.5\n");

  EXPECT_TRUE(reading.observations.empty());
  ASSERT_EQ(reading.skipped.count, 1U);
  EXPECT_EQ(reading.skipped.examples[0].find("no event file"), 0U);
}

TEST(EventCollector, ATornEndIsNotThereYetAndMissedAtTheEnd) {
  const std::string whole = file::event(1, 1, file::simple("loss", 1));
  const std::string torn = file::event(1, 2, file::simple("loss", 2));

  for (std::size_t length = 1; length < torn.size(); ++length) {
    EventCollector collector({"loss"}, "");
    EXPECT_EQ(collector.feed(whole + torn.substr(0, length)).size(), 1U);
    EXPECT_EQ(collector.skipped().count, 0U) << length;
    collector.finish();
    EXPECT_EQ(collector.skipped().examples,
              (std::vector{"a record that the file ends within (byte " +
                           std::to_string(whole.size()) + ")"}));
  }
}

TEST(EventCollector, ARecordThatIsNoEventIsPassedOver) {
  const Reading reading =
      read(file::record("\xFF\xFF\xFF") + file::event(1, 1, file::simple("loss", 1)));

  EXPECT_EQ(reading.values(), (std::vector<double>{1}));
  EXPECT_EQ(reading.skipped.count, 1U);
}

TEST(EventCollector, ATagNeedNotBeUtf8) {
  const Reading reading =
      read(file::event(1, 1, file::simple("\xFF", 2) + file::simple("loss", 1)), {"loss", "\xFF"});

  EXPECT_EQ(reading.values(), (std::vector<double>{2, 1}));
}

TEST(EventCollector, ARecordOverTheLimitIsPassedOver) {
  const std::string length = file::fixed(RecordReader::limit_bytes + 1, 8);
  const std::string head = length + file::checksum(length);
  const std::string piece(std::size_t{1} << 20, 'x');
  EventCollector collector({"loss"}, "");

  collector.feed(head);
  for (int i = 0; i < 32; ++i) {
    collector.feed(piece);
  }
  collector.feed("x1234");
  const auto found = collector.feed(file::event(1, 1, file::simple("loss", 1)));

  EXPECT_EQ(found.size(), 1U);
  EXPECT_EQ(collector.skipped().count, 1U);
}

TEST(ScalarTags, AreThoseOfScalarsEachOnce) {
  const std::string bytes =
      file::first() +
      file::event(1, 1, file::simple("b", 1) + file::value("picture", file::bytes(4, "x"))) +
      file::event(1, 2, file::simple("b", 1) + file::tensor("a", 1, ""));

  EXPECT_EQ(scalar_tags(bytes + "torn"), (std::vector<std::string>{"b", "a"}));
}

}  // namespace
}  // namespace diwan
