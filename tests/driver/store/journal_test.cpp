// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <chrono>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include "driver/store/store.hpp"
#include "tests/driver/store/histories.hpp"
#include "tests/driver/store/temporary_directory.hpp"

namespace diwan {
namespace {

constexpr std::chrono::seconds long_enough{60};

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

TEST(Journal, GivesBackWhatWasAppended) {
  for_each_seed(20, [](Dice& dice) {
    TemporaryDirectory directory;
    History history(dice.bits());
    {
      const auto store = open_store(directory.path());
      for (std::size_t i = 0; i < 5; ++i) {
        store->append(history.next(dice.below(40)));
      }
      EXPECT_TRUE(store->flush(long_enough));
      EXPECT_EQ(store->synced(), history.all().size());
    }

    EXPECT_EQ(replay_all(directory.path()), history.all());
  });
}

TEST(Journal, GoesOnWhereTheOwnerBeforeEnded) {
  TemporaryDirectory directory;
  History history(7);
  for (std::uint64_t epoch = 1; epoch <= 4; ++epoch) {
    const auto store = open_store(directory.path());
    std::vector<Record> found;

    const ReplayReport report =
        store->replay([&](Record&& record) { found.push_back(std::move(record)); });

    EXPECT_EQ(store->epoch(), epoch);
    EXPECT_EQ(found, history.all());
    EXPECT_EQ(report.last_record, history.all().size());
    store->append(history.next(10));
  }

  EXPECT_EQ(replay_all(directory.path()), history.all());
}

TEST(Journal, IsReadableWhileItIsWritten) {
  TemporaryDirectory directory;
  History history(3);
  const auto store = open_store(directory.path());
  for (int i = 0; i < 30; ++i) {
    store->append(history.next(5));

    const std::vector<Record> seen = replay_all(directory.path());

    ASSERT_LE(seen.size(), history.all().size());
    EXPECT_TRUE(std::equal(seen.begin(), seen.end(), history.all().begin()));
  }
}

TEST(Journal, IsOnTheDiskWithinATenthOfASecondAndSaysSo) {
  TemporaryDirectory directory;
  History history(3);
  const auto store = open_store(directory.path());
  pollfd wake{store->wake_descriptor(), POLLIN, 0};
  const auto begin = std::chrono::steady_clock::now();
  store->append(history.next(5));

  while (store->synced() < 5 && ::poll(&wake, 1, 10000) == 1) {
    std::uint64_t count = 0;
    ASSERT_EQ(::read(wake.fd, &count, sizeof count), 8);
  }

  EXPECT_EQ(store->synced(), 5u);
  // 50 ms, and then what the disk of a busy machine needs.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(Journal, IsForItsOwnerAlone) {
  TemporaryDirectory parent;
  const std::filesystem::path directory = parent / "e.diwan";
  History history(3);
  {
    const auto store = open_store(directory.string() + "/");
    store->append(history.next(5));
    EXPECT_EQ(mode_of(directory / "owner"), 0600u);
  }

  EXPECT_EQ(mode_of(directory), 0700u);
  EXPECT_EQ(mode_of(directory / "journal.1.1"), 0600u);
}

TEST(Journal, RefusesRecordsOutOfOrder) {
  TemporaryDirectory directory;
  History history(3);
  const auto store = open_store(directory.path());
  history.next(1);

  EXPECT_THROW(store->append(history.next(1)), std::logic_error);
}

TEST(Journal, LeavesNothingWhenNothingWasWritten) {
  TemporaryDirectory directory;
  { const auto store = open_store(directory.path()); }

  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
  EXPECT_FALSE(holds_experiment(directory.path()));
  EXPECT_THROW(replay_all(directory.path()), StoreError);
}

TEST(Journal, RemovesTheOutcomeOfTheRunBeforeWithItsFirstRecord) {
  TemporaryDirectory directory;
  History history(3);
  spit(directory / "outcome", "{}\n");
  const auto store = open_store(directory.path());
  EXPECT_TRUE(std::filesystem::exists(directory / "outcome"));

  store->append(history.next(1));
  ASSERT_TRUE(store->flush(long_enough));

  EXPECT_FALSE(std::filesystem::exists(directory / "outcome"));
}

}  // namespace
}  // namespace diwan
