// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "driver/launchers/mpi/backoff.hpp"
#include "driver/launchers/mpi/dialogue.hpp"
#include "driver/launchers/mpi/doorbell.hpp"
#include "driver/launchers/mpi/places.hpp"
#include "driver/launchers/mpi/shares.hpp"
#include "driver/launchers/mpi/start_watch.hpp"

namespace diwan::mpi {
namespace {

using namespace std::chrono_literals;

TEST(MissingRank, IsOneThatWasThereAndIsGoneForASecond) {
  MissingRank missing(0);
  const MissingRank::Clock::time_point start{};

  EXPECT_FALSE(missing.observe(2, start));
  EXPECT_FALSE(missing.observe(3, start + 200ms));
  EXPECT_FALSE(missing.observe(2, start + 400ms));
  EXPECT_FALSE(missing.observe(2, start + 1200ms));
  EXPECT_TRUE(missing.observe(2, start + 1400ms));
}

TEST(MissingRank, IsOneThatNeverCame) {
  MissingRank missing(3);
  const MissingRank::Clock::time_point start{};

  EXPECT_FALSE(missing.observe(2, start));
  EXPECT_FALSE(missing.observe(2, start + 5s));
  EXPECT_TRUE(missing.observe(2, start + 5200ms));
}

TEST(MissingRank, IsNoneWhileAllAreThere) {
  MissingRank missing(2);
  const MissingRank::Clock::time_point start{};

  for (int second = 0; second < 100; ++second) {
    EXPECT_FALSE(missing.observe(2, start + std::chrono::seconds(second)));
  }
}

class Directory {
 public:
  Directory() : path_(testing::TempDir() + "diwan-mpi-" + std::to_string(::getpid())) {
    std::filesystem::create_directories(path_);
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

TEST(Places, GoToTheRankWithMostFreeSlots) {
  Places places;
  places.open(1, 1);
  places.open(2, 2);

  EXPECT_EQ(places.take({1, 1}), (Place{.rank = 2, .slot = 0}));
  EXPECT_EQ(places.take({2, 1}), (Place{.rank = 1, .slot = 0}));
  EXPECT_EQ(places.take({3, 1}), (Place{.rank = 2, .slot = 1}));
  EXPECT_EQ(places.take({4, 1}), std::nullopt);
}

TEST(Places, AreFreeAgainAfterARelease) {
  Places places;
  places.open(1, 1);
  places.take({1, 1});

  places.release({1, 1});
  places.release({9, 9});

  EXPECT_FALSE(places.find({1, 1}));
  EXPECT_EQ(places.take({2, 1}), (Place{.rank = 1, .slot = 0}));
}

TEST(Places, OfAClosedRankTellWhoWasThere) {
  Places places;
  places.open(1, 2);
  places.open(2, 1);
  places.take({1, 1});
  places.take({2, 1});
  places.take({3, 1});

  EXPECT_EQ(places.close(1), std::vector<RunKey>({{1, 1}, {2, 1}}));
  EXPECT_EQ(places.capacity(), 1U);
  EXPECT_FALSE(places.find({1, 1}));
  EXPECT_TRUE(places.find({3, 1}));
  EXPECT_EQ(places.close(1), std::vector<RunKey>());
}

bool readable(int descriptor) {
  pollfd entry{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, 0) == 1;
}

TEST(Doorbell, IsHeardUntilItIsAnswered) {
  const Doorbell bell;
  const bool before = readable(bell.descriptor());

  Doorbell::ring(this_process());
  Doorbell::ring(this_process());

  EXPECT_FALSE(before);
  EXPECT_TRUE(readable(bell.descriptor()));
  bell.answer();
  EXPECT_FALSE(readable(bell.descriptor()));
}

TEST(Backoff, SleepsAMillisecondAtOnceWhereOthersRing) {
  Backoff backoff;
  const auto start = Backoff::Clock::now();
  backoff.event(start);

  EXPECT_EQ(backoff.next(start, true), 1ms);
  EXPECT_LE(backoff.next(start + 900ms, true), 1ms);
  EXPECT_LE(backoff.next(start + 2s, true), 10ms);
}

TEST(Backoff, GrowsToOneMillisecondAfterAnEventAndToTenLater) {
  Backoff backoff;
  const auto start = Backoff::Clock::now();
  backoff.event(start);

  EXPECT_EQ(backoff.next(start), 50us);
  EXPECT_EQ(backoff.next(start), 100us);
  for (int i = 0; i < 20; ++i) {
    EXPECT_LE(backoff.next(start + 900ms), 1ms);
  }
  for (int i = 0; i < 20; ++i) {
    backoff.next(start + 1100ms);
  }
  EXPECT_EQ(backoff.next(start + 1100ms), 10ms);
  backoff.event(start + 1200ms);
  EXPECT_EQ(backoff.next(start + 1200ms), 50us);
}

TEST(Dialogue, GreetingsSurviveTheWire) {
  const Hello hello{
      .process = this_process(),
      .resources = {.cpus = {0, 4}, .gpu_variables = {{"CUDA_VISIBLE_DEVICES", "GPU-1,GPU-2"}}}};
  const Welcome welcome{.coordinator = this_process(),
                        .directory = {.path = "/d", .inode = 7, .owner = "{}"},
                        .tempo = {.heartbeat = 1ms, .silence = 2ms, .gap = 3ms, .farewell = 4ms}};

  EXPECT_EQ(decode_hello(encode(hello)), hello);
  EXPECT_EQ(decode_welcome(encode(welcome)), welcome);
}

TEST(Dialogue, TheSameDirectoryIsRecognised) {
  const Directory directory;
  std::ofstream(directory.path() / "owner") << "n1 4711";

  EXPECT_EQ(not_the_same(mark_of(directory.path())), std::nullopt);
}

TEST(Dialogue, AnotherDirectoryAtTheSamePathIsRefused) {
  const Directory directory;
  DirectoryMark other_disk = mark_of(directory.path());
  other_disk.inode += 1;
  DirectoryMark other_owner = mark_of(directory.path());
  other_owner.owner = "n2 17";

  EXPECT_TRUE(not_the_same(other_disk));
  EXPECT_TRUE(not_the_same(other_owner));
}

TEST(Dialogue, AMissingDirectoryIsNamedWithTheRemedy) {
  const auto wrong = not_the_same({.path = "/nowhere/e.diwan", .inode = 1, .owner = ""});

  ASSERT_TRUE(wrong);
  EXPECT_NE(wrong->find("/nowhere/e.diwan"), std::string::npos) << *wrong;
  EXPECT_NE(wrong->find("share"), std::string::npos) << *wrong;
}

TEST(ProcessIdentity, OfThisProcessIsAlive) {
  const ProcessIdentity self = this_process();

  EXPECT_EQ(alive(self, self), true);
}

TEST(ProcessIdentity, AReusedProcessIdIsAnotherProcess) {
  const ProcessIdentity self = this_process();
  ProcessIdentity earlier = self;
  earlier.start_ticks -= 1;

  EXPECT_EQ(alive(earlier, self), false);
}

TEST(ProcessIdentity, OnAnotherHostIsOutOfSight) {
  const ProcessIdentity self = this_process();
  ProcessIdentity elsewhere = self;
  elsewhere.boot_id = "another";

  EXPECT_EQ(alive(elsewhere, self), std::nullopt);
}

Hello on(const std::string& host, std::vector<std::uint32_t> cpus,
         std::map<std::string, std::string> gpus = {}) {
  Hello hello;
  hello.process.host = host;
  hello.process.boot_id = host;
  hello.resources.cpus = std::move(cpus);
  hello.resources.gpu_variables = std::move(gpus);
  return hello;
}

TEST(Shares, RanksOfAHostDivideItAndHostsDoNotMeet) {
  const auto shares = share_hosts(
      {{1, on("a", {0, 1, 2, 3})}, {2, on("b", {0, 1, 2, 3})}, {3, on("a", {0, 1, 2, 3})}}, {});

  EXPECT_EQ(shares.at(1).at(0).cpus, std::vector<std::uint32_t>({0, 1}));
  EXPECT_EQ(shares.at(3).at(0).cpus, std::vector<std::uint32_t>({2, 3}));
  EXPECT_EQ(shares.at(2).at(0).cpus.size() % 4, 0U);  // all four, or no limit
}

TEST(Shares, SlotsOfARankDivideItsPart) {
  const auto shares =
      share_hosts({{1, on("a", {0, 1, 2, 3})}, {2, on("a", {0, 1, 2, 3})}}, {.slots_per_rank = 2});

  EXPECT_EQ(shares.at(1).at(0).cpus, std::vector<std::uint32_t>({0}));
  EXPECT_EQ(shares.at(1).at(1).cpus, std::vector<std::uint32_t>({1}));
  EXPECT_EQ(shares.at(2).at(1).cpus, std::vector<std::uint32_t>({3}));
}

TEST(Shares, WhatARankSeesAloneItHasAlone) {
  const auto shares = share_hosts({{1, on("a", {0, 1}, {{"CUDA_VISIBLE_DEVICES", "GPU-a"}})},
                                   {2, on("a", {0, 1}, {{"CUDA_VISIBLE_DEVICES", "GPU-b"}})}},
                                  {});

  EXPECT_EQ(shares.at(1).at(0).gpus, std::vector<std::string>({"GPU-a"}));
  EXPECT_EQ(shares.at(2).at(0).gpus, std::vector<std::string>({"GPU-b"}));
}

TEST(Shares, GpusAreThoseThatWereVisible) {
  const std::map<std::string, std::string> visible{{"CUDA_VISIBLE_DEVICES", "3,7"}};

  const auto shares =
      share_hosts({{1, on("a", {0, 1}, visible)}, {2, on("a", {0, 1}, visible)}}, {});

  EXPECT_EQ(shares.at(1).at(0).gpus, std::vector<std::string>({"3"}));
  EXPECT_EQ(shares.at(2).at(0).gpus, std::vector<std::string>({"7"}));
}

TEST(Shares, NoTrialTakesAGpuThatIsAnothers) {
  const std::map<std::string, std::string> visible{{"CUDA_VISIBLE_DEVICES", "3,5,7"}};
  const std::map<int, Hello> ranks{{1, on("a", {0, 1, 2, 3}, visible)},
                                   {2, on("a", {0, 1, 2, 3}, visible)},
                                   {3, on("a", {0, 1, 2, 3}, visible)}};

  const auto shares = share_hosts(ranks, {.gpus = 2});

  ASSERT_EQ(shares.at(1).size(), 1U);
  EXPECT_EQ(shares.at(1).at(0).gpus, std::vector<std::string>({"3", "5"}));
  EXPECT_TRUE(shares.at(2).empty());
  EXPECT_TRUE(shares.at(3).empty());
}

TEST(Shares, ATrialThatWantsMoreGpusThanThereAreRunsAlone) {
  const std::map<std::string, std::string> visible{{"CUDA_VISIBLE_DEVICES", "3"}};

  const auto shares =
      share_hosts({{1, on("a", {0, 1}, visible)}, {2, on("a", {0, 1}, visible)}}, {.gpus = 2});

  EXPECT_EQ(shares.at(1).size(), 1U);
  EXPECT_TRUE(shares.at(2).empty());
}

TEST(Shares, AShortageIsSaidOnceAHost) {
  const std::map<int, Hello> ranks{
      {1, on("a", {0, 1})}, {2, on("a", {0, 1})}, {3, on("b", {0, 1, 2, 3})}};
  const Demand demand{.cpus = 2};

  const std::vector<std::string> lines = shortages(ranks, share_hosts(ranks, demand), demand);

  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].rfind("a: 2 trials at a time ask for cpusPerTask 2, and 2 can be used", 0), 0U)
      << lines[0];
}

}  // namespace
}  // namespace diwan::mpi
