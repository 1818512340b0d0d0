// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/protocol.hpp"

#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace diwan {
namespace {

std::vector<Message> one_of_each() {
  RunSettings settings;
  settings.experiment = "e";
  settings.directory = "/scratch/e.diwan";
  settings.collector = {.kind = CollectorKind::file,
                        .format = FileFormat::json,
                        .metrics = {"loss", "accuracy"},
                        .filters = {"a", ""}};
  settings.metrics_file = "metrics.log";
  settings.scrape = {.port = 9090, .path = "/m", .headers = {{"X", "y"}}};
  settings.fed_file = "metrics/m.log";
  settings.fed_directory = "metrics";
  settings.collector_image = "docker://c";
  settings.setup = {"module load cuda", "x=$1"};
  settings.time_limit = std::chrono::seconds{60};
  settings.keep = RunSettings::Keep::none;
  Launch launch;
  launch.run = {.trial = 7, .attempt = 2};
  launch.trial_name = "e-abc";
  launch.argv = {"python3", "train.py", std::string("a\0b", 3)};
  launch.env = {{"A", "1"}, {"B", ""}};
  launch.working_directory = "/home/u";
  launch.collector = {.argv = {"c"}, .env = {{"D", "2"}}, .working_directory = "/c"};
  launch.parameters = {{.name = "lr", .text = "0.1", .number = true}};
  launch.seed = -1;
  launch.deadline = Time{std::chrono::microseconds{7}};
  Observed observed;
  observed.run = launch.run;
  observed.metric = 1;
  observed.source = Source::push;
  observed.first = 1ULL << 40;
  observed.own_steps = true;
  observed.steps = {1, -2};
  observed.values = {0.1, std::numeric_limits<double>::quiet_NaN()};
  observed.times = {Time{std::chrono::microseconds{5}}, Time{std::chrono::microseconds{-6}}};
  observed.texts = {{1, "conv3x3"}};
  const Ended ended{.run = launch.run,
                    .outcome = RunOutcome::lost,
                    .at = Time{std::chrono::seconds{9}},
                    .exit_code = std::nullopt,
                    .signal = 9,
                    .reason = "gone",
                    .cause = LostCause::node_gone,
                    .usage = {.peak_memory_bytes = 1, .cpu_seconds = 0.5}};
  return {Configure{settings},
          Share{{{.cpus = {0, 127}, .gpus = {"GPU-1"}, .gpu_variables = {{"CUDA", "GPU-1"}}}, {}}},
          Start{launch, 3},
          CancelRun{launch.run, true},
          SetGrace{std::chrono::milliseconds{1500}},
          Shutdown{true},
          Started{launch.run, Time{}, "n1", {"0", "1"}, 1234},
          observed,
          ended,
          Notice{"a worker died"}};
}

TEST(Protocol, EveryMessageComesBackEqual) {
  for (const Message& message : one_of_each()) {
    const std::string frame = encode(message);

    EXPECT_EQ(decode(frame), message) << message.index();
  }
}

TEST(Protocol, ABatchKeepsItsNanAndInfinities) {
  Observed observed;
  observed.values = {std::numeric_limits<double>::quiet_NaN(),
                     std::numeric_limits<double>::infinity(), -0.0};
  observed.times.resize(3);

  const auto back = std::get<Observed>(decode(encode(observed)));

  EXPECT_TRUE(std::isnan(back.values[0]));
  EXPECT_EQ(back.values[1], std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::signbit(back.values[2]));
}

TEST(Protocol, BytesAreTheSameOnEveryMachine) {
  const std::string frame = encode(CancelRun{{.trial = 0x01020304, .attempt = 2}, true});

  EXPECT_EQ(frame, std::string("\x0a\0\0\0\x04\x04\x03\x02\x01\x02\0\0\0\x01", 14));
}

TEST(Protocol, TheRunIsReadWithoutTheRest) {
  const RunKey run{.trial = 7, .attempt = 2};
  for (const Message& message : one_of_each()) {
    const std::string frame = encode(message);
    const bool about_a_run =
        std::holds_alternative<Start>(message) || std::holds_alternative<CancelRun>(message) ||
        std::holds_alternative<Started>(message) || std::holds_alternative<Observed>(message) ||
        std::holds_alternative<Ended>(message);

    EXPECT_EQ(run_of(frame), about_a_run ? std::optional{run} : std::nullopt);
    EXPECT_EQ(static_cast<std::size_t>(type_of(frame)), message.index() + 1);
  }
}

TEST(Protocol, FramesAreFoundWhereverTheBytesAreCut) {
  std::string bytes;
  for (const Message& message : one_of_each()) {
    encode(message, bytes);
  }
  for (const std::size_t piece : {1UL, 3UL, 7UL, 64UL, bytes.size()}) {
    FrameBuffer buffer;
    std::vector<Message> found;

    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      buffer.append(std::string_view{bytes}.substr(at, piece));
      while (const auto frame = buffer.next()) {
        found.push_back(decode(*frame));
      }
    }

    EXPECT_EQ(found, one_of_each());
    EXPECT_TRUE(buffer.empty());
  }
}

TEST(Protocol, EveryShortenedFrameIsRefused) {
  for (const Message& message : one_of_each()) {
    const std::string frame = encode(message);
    for (std::size_t size = 0; size < frame.size(); ++size) {
      EXPECT_THROW(decode(std::string_view{frame}.substr(0, size)), ProtocolError);
    }
    EXPECT_THROW(decode(frame + "x"), ProtocolError);
  }
}

TEST(Protocol, DamagedBytesAreRefusedOrAreAMessage) {
  std::mt19937 dice{1};  // NOLINT(cert-msc51-cpp): the same bytes each time
  int refused = 0;
  for (const Message& message : one_of_each()) {
    for (int round = 0; round < 2000; ++round) {
      std::string frame = encode(message);
      for (std::uint32_t i = 0; i <= dice() % 3; ++i) {
        frame.at(dice() % frame.size()) = static_cast<char>(dice());
      }
      try {
        // What is accepted is a message: it can be said again.
        EXPECT_EQ(encode(decode(frame)).size(), frame.size());
      } catch (const ProtocolError&) {
        ++refused;
      }
    }
  }

  EXPECT_GT(refused, 1000);
}

TEST(Protocol, ALengthThatLiesAllocatesNothing) {
  std::string frame = encode(Notice{"0123456789"});
  frame[5] = '\xff';
  frame[8] = '\x7f';

  EXPECT_THROW(decode(frame), ProtocolError);
}

TEST(Protocol, AnEndlessFrameIsRefusedAtItsHead) {
  FrameBuffer buffer;
  buffer.append(std::string("\xff\xff\xff\xff\x01", 5));

  EXPECT_THROW(buffer.next(), ProtocolError);
}

TEST(Protocol, ColumnsOfDifferentLengthAreRefused) {
  Observed observed;
  observed.values = {1, 2};
  observed.times.resize(1);

  EXPECT_THROW(decode(encode(observed)), ProtocolError);
}

}  // namespace
}  // namespace diwan
