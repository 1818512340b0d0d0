// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/collector.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <malloc.h>

#include "collectors/registry.hpp"
#include "tests/collectors/tfevents/event_file.hpp"

namespace diwan {
namespace {

struct Subject {
  std::string name;
  std::function<std::unique_ptr<Collector>()> make;
  std::string sample;          // gives observations and has something to skip
  std::size_t observations{};  // that the sample gives
  std::string bad;             // is skipped, and more may follow
};

std::ostream& operator<<(std::ostream& out, const Subject& subject) { return out << subject.name; }

const std::vector<std::string>& metrics() {
  static const std::vector<std::string> names = {"loss", "acc"};
  return names;
}

std::string bad_line() { return "{\"loss\": \x01\xFF" + std::string(500, '"') + "\n"; }

Subject stream(const std::string& name, CollectorKind kind, FileFormat format,
               const std::vector<std::string>& filters, const std::string& sample,
               std::size_t observations) {
  const CollectorSpec spec{
      .kind = kind, .format = format, .metrics = metrics(), .filters = filters};
  return {name, [spec] { return make_collector(spec); }, sample, observations, bad_line()};
}

Subject events() {
  namespace file = test::event_file;
  const auto value = [](const char* tag, float number) { return file::simple(tag, number); };
  const std::string picture = file::value("loss", file::bytes(4, "\x01\x02"));
  std::string damaged = file::event(3, 3, value("loss", 7) + picture);
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  const std::string tensors =
      file::tensor("loss", 1, file::real(5, 0.1F)) + file::tensor("acc", 2, file::real(6, 0.2));
  return {"TensorFlowEvent",
          [] { return make_event_collector(metrics(), "train/events.out.tfevents.1\xFF\x01"); },
          file::first() + file::event(1, 1, value("loss", 0.5F) + value("acc", 1)) + damaged +
              file::record(std::string(5000, 'x')) + file::event(4, 4, tensors + picture),
          4, damaged};
}

std::vector<Subject> subjects() {
  const std::string text =
      "start\n1970-01-01T00:00:01Z loss=0.5 acc = nan\r\n"
      "\x1b[31mloss\x1b[0m=0.25\rloss=1e-3\rloss: 3\n\n\xFF loss=.5\n\nacc=-inf";
  const std::string filtered = "loss: 0.5, acc: 7\r\nloss: G(x)\nloss\n\x1b[1macc: 0.2";
  const std::string json =
      "{\"step\":1,\"loss\":0.5,\"acc\":\"1\"}\r\n{\"loss\":NaN}\nbroken\n\n"
      "{\"timestamp\":1.5,\"loss\":\"\\u0031\"}\n{\"acc\":null}\n{\"acc\":2}";
  const std::string exposition =
      "# HELP loss The \"loss\"\n# TYPE loss gauge\nloss 0.5\nloss{split=\"a b\"} 7\nacc\t1e-3 "
      "1500\r\n"
      "loss 0.5\nloss NaN\nloss\n\nother{x=\"\\\"}\"} 3 4\nacc 1e-3 1501\nloss +Inf";
  return {
      stream("StdOut", CollectorKind::std_out, FileFormat::text, {}, text, 6),
      stream("FileText", CollectorKind::file, FileFormat::text, {}, text, 6),
      stream("Filters", CollectorKind::std_out, FileFormat::text,
             {R"((\w+): (\d[\d.]*))", R"((\w+): (G.*))"}, filtered, 4),
      stream("FileJson", CollectorKind::file, FileFormat::json, {}, json, 5),
      stream("Prometheus", CollectorKind::prometheus_metric, FileFormat::text, {}, exposition, 5),
      {"Push", [] { return make_push_collector(metrics()); }, json, 5, bad_line()},
      events()};
}

struct Reading {
  std::vector<Observation> observations;
  Skipped skipped;
};

// Feeds the text cut at the given places, which ascend.
Reading read(const Subject& subject, std::string_view text, const std::vector<std::size_t>& cuts) {
  const auto collector = subject.make();
  Reading reading;
  const auto take = [&](std::vector<Observation> found) {
    reading.observations.insert(reading.observations.end(), found.begin(), found.end());
  };
  std::size_t at = 0;
  for (const std::size_t cut : cuts) {
    take(collector->feed(text.substr(at, cut - at)));
    at = cut;
  }
  take(collector->feed(text.substr(at)));
  take(collector->finish());
  reading.skipped = collector->skipped();
  return reading;
}

std::vector<std::size_t> random_cuts(std::mt19937_64& random, std::size_t length) {
  std::vector<std::size_t> cuts(random() % 20);
  for (std::size_t& cut : cuts) {
    cut = random() % (length + 1);
  }
  std::sort(cuts.begin(), cuts.end());
  return cuts;
}

// Bytes of any value, with the sample's own characters often enough to lead somewhere.
std::string garbage(std::mt19937_64& random, const std::string& sample) {
  std::string bytes(random() % 400, '\0');
  for (char& byte : bytes) {
    byte = random() % 3 == 0 ? static_cast<char>(random() % 256) : sample[random() % sample.size()];
  }
  return bytes;
}

class CollectorContract : public testing::TestWithParam<Subject> {};

TEST_P(CollectorContract, FindsAllOfItsSample) {
  const Reading whole = read(GetParam(), GetParam().sample, {});

  EXPECT_EQ(whole.observations.size(), GetParam().observations);
  EXPECT_GE(whole.skipped.count, 1U);
  EXPECT_EQ(whole.skipped.count, whole.skipped.examples.size());
}

TEST_P(CollectorContract, FindsTheSameWhereverTheBytesAreCutInTwo) {
  const std::string& sample = GetParam().sample;
  const Reading whole = read(GetParam(), sample, {});

  for (std::size_t cut = 0; cut <= sample.size(); ++cut) {
    const Reading parts = read(GetParam(), sample, {cut});
    ASSERT_EQ(parts.observations, whole.observations) << "cut at " << cut;
    ASSERT_EQ(parts.skipped, whole.skipped) << "cut at " << cut;
  }
}

TEST_P(CollectorContract, FindsTheSameByteByByte) {
  const std::string& sample = GetParam().sample;
  std::vector<std::size_t> every(sample.size());
  for (std::size_t i = 0; i < every.size(); ++i) {
    every[i] = i;
  }

  EXPECT_EQ(read(GetParam(), sample, every).observations,
            read(GetParam(), sample, {}).observations);
}

TEST_P(CollectorContract, FindsTheSameInGarbageHoweverItIsCut) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::mt19937_64 random(seed);
    const std::string bytes = garbage(random, GetParam().sample);

    const Reading whole = read(GetParam(), bytes, {});
    const Reading parts = read(GetParam(), bytes, random_cuts(random, bytes.size()));

    ASSERT_EQ(parts.observations, whole.observations) << "seed " << seed;
    ASSERT_EQ(parts.skipped, whole.skipped) << "seed " << seed;
  }
}

TEST_P(CollectorContract, FindsTheSameInALineOverTheLimit) {
  const std::string long_line = GetParam().sample + std::string(1'200'000, ' ') + "loss=7 ";
  const std::string text = long_line + "\n" + GetParam().sample;
  const Reading whole = read(GetParam(), text, {});

  for (const std::size_t cut : {1'048'575U, 1'048'576U, 1'048'577U, 1'100'000U}) {
    const Reading parts = read(GetParam(), text, {100, cut});
    EXPECT_EQ(parts.observations, whole.observations) << cut;
    EXPECT_EQ(parts.skipped, whole.skipped) << cut;
  }
}

TEST_P(CollectorContract, SaysNothingTwice) {
  const auto collector = GetParam().make();
  collector->feed(GetParam().sample + "\n");

  EXPECT_TRUE(collector->feed("").empty());
  EXPECT_TRUE(collector->finish().empty());
}

TEST_P(CollectorContract, ExamplesAreFewShortAndPrintable) {
  std::string text;
  for (int i = 0; i < 20; ++i) {
    text += GetParam().bad;
  }

  const Skipped skipped = read(GetParam(), text, {}).skipped;

  EXPECT_EQ(skipped.count, 20U);
  EXPECT_EQ(skipped.examples.size(), 5U);
  for (const std::string& example : skipped.examples) {
    EXPECT_LE(example.size(), 200U);
    EXPECT_EQ(example.find_first_of("\x01\xFF"), std::string::npos);
  }
}

TEST_P(CollectorContract, HoldsNoMoreThanALineHoweverLongTheLineIs) {
  const auto collector = GetParam().make();
  const std::string chunk(std::size_t{64} << 10, 'x');
  const auto in_use = [] {
    const auto use = ::mallinfo2();
    return use.uordblks + use.hblkhd;
  };
  collector->feed(chunk);
  const auto before = in_use();

  for (int i = 0; i < 512; ++i) {
    collector->feed(chunk);
  }

  EXPECT_LT(in_use(), before + (std::size_t{3} << 20));
}

INSTANTIATE_TEST_SUITE_P(All, CollectorContract, testing::ValuesIn(subjects()),
                         [](const auto& subject) { return subject.param.name; });

}  // namespace
}  // namespace diwan
