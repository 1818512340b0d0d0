// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Event files of the real writers (samples/make_samples.py), value by value, whole and damaged.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/registry.hpp"
#include "collectors/timestamp.hpp"

namespace diwan {
namespace {

// What the writers were given, as the program that reads it shows a float32 of it.
const std::vector<double> exact = {0.1, 0.25, 1e-05, 123456.789, -7.5};
const std::vector<double> decimals = {0.1, 0.25, 1e-05, 123456.79, -7.5};
const std::vector<double> floats = {0.1F, 0.25F, 1e-05F, 123456.789F, -7.5F};
const std::vector<std::int64_t> steps = {0, 1, 2, 10, std::int64_t{1} << 40};

struct Sample {
  std::string writer;
  std::vector<double> loss;
  bool own_times = true;  ///< it was told what time it is
};

std::ostream& operator<<(std::ostream& out, const Sample& sample) { return out << sample.writer; }

std::string path_of(const Sample& sample) {
  return "samples/" + sample.writer + "/train/events.out.tfevents.0." + sample.writer;
}

std::string contents(const Sample& sample) {
  std::ifstream file(std::string(DIWAN_TEST_SOURCES) + "/tfevents/" + path_of(sample),
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Reading {
  std::vector<Observation> observations;
  Skipped skipped;
};

Reading read(const Sample& sample, std::string_view bytes, const std::string& metric) {
  const auto collector = make_event_collector({metric}, path_of(sample));
  Reading reading{collector->feed(bytes), {}};
  collector->finish();
  reading.skipped = collector->skipped();
  return reading;
}

class EventSamples : public testing::TestWithParam<Sample> {
 protected:
  std::string bytes_ = contents(GetParam());
};

void expect_curve(const std::vector<Observation>& observations, const std::vector<double>& values,
                  bool own_times) {
  ASSERT_EQ(observations.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(observations[i].value, values[i]) << i;
    EXPECT_EQ(observations[i].step, steps[i]) << i;
    ASSERT_TRUE(observations[i].time);
    if (own_times) {
      EXPECT_EQ(observations[i].time,
                from_unix_seconds(1700000000.25 + static_cast<double>(steps[i] % 1000)));
    }
  }
}

TEST_P(EventSamples, ReadBackValueByValue) {
  const Reading loss = read(GetParam(), bytes_, "train/loss");
  const Reading simple = read(GetParam(), bytes_, "simple");

  expect_curve(loss.observations, GetParam().loss, GetParam().own_times);
  expect_curve(simple.observations, floats, GetParam().own_times);
  EXPECT_EQ(loss.skipped, Skipped{});
  EXPECT_EQ(simple.skipped, Skipped{});
}

TEST_P(EventSamples, WhatIsNoScalarIsSkippedOnlyWhereItIsAskedFor) {
  const Reading weights = read(GetParam(), bytes_, "weights");

  EXPECT_TRUE(weights.observations.empty());
  EXPECT_EQ(weights.skipped.count, steps.size());
}

TEST_P(EventSamples, ATruncatedFileGivesWhatIsWholeOfIt) {
  const auto all = read(GetParam(), bytes_, "loss").observations;

  std::size_t before = 0;
  for (std::size_t length = 0; length <= bytes_.size(); length += 7) {
    const auto part = read(GetParam(), bytes_.substr(0, length), "loss").observations;
    ASSERT_GE(part.size(), before);
    ASSERT_TRUE(std::equal(part.begin(), part.end(), all.begin())) << length;
    before = part.size();
  }
}

TEST_P(EventSamples, ADamagedFileGivesNothingFalse) {
  const auto all = read(GetParam(), bytes_, "loss").observations;

  for (std::size_t place = 0; place < bytes_.size(); place += 3) {
    std::string damaged = bytes_;
    damaged[place] = static_cast<char>(damaged[place] ^ (1 << place % 8));
    const Reading rest = read(GetParam(), damaged, "loss");
    ASSERT_EQ(rest.skipped.count, 1U) << place;
    auto next = all.begin();
    for (const Observation& one : rest.observations) {
      next = std::find(next, all.end(), one);
      ASSERT_NE(next, all.end()) << place;
      ++next;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Writers, EventSamples,
                         testing::Values(Sample{"tensorboard", decimals},
                                         Sample{"tensorboardX", floats}, Sample{"pytorch", exact},
                                         Sample{"tensorflow", decimals, false}),
                         [](const auto& sample) { return sample.param.writer; });

}  // namespace
}  // namespace diwan
