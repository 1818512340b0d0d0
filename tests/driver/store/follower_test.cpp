// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/follower.hpp"

#include <chrono>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/driver/store/histories.hpp"
#include "tests/driver/store/temporary_directory.hpp"

namespace diwan {
namespace {

constexpr std::chrono::seconds long_enough{60};

/// A follower and what it gave.
class Following {
 public:
  explicit Following(std::filesystem::path directory) : follower_(std::move(directory)) {}
  /// Looks once; after a look that begins anew, once more. How many records that brought.
  std::size_t look() {
    std::size_t count = 0;
    const auto take = [&](Record&& record) {
      seen.push_back(std::move(record));
      ++count;
    };
    if (!follower_.look(take)) {
      ++anew;
      seen.clear();
      count = 0;
      EXPECT_TRUE(follower_.look(take));
    }
    return count;
  }
  std::uint64_t last() const { return follower_.report().last_record; }
  std::uint64_t torn_bytes() const { return follower_.report().torn_bytes; }

  std::vector<Record> seen;
  int anew = 0;

 private:
  Follower follower_;
};

TEST(Follower, GivesOnlyWhatIsNew) {
  TemporaryDirectory directory;
  History history(1);
  const auto store = open_store(directory.path());
  store->append(history.next(50));
  ASSERT_TRUE(store->flush(long_enough));
  Following following(directory.path());

  EXPECT_EQ(following.look(), 50U);
  EXPECT_EQ(following.look(), 0U);
  store->append(history.next(7));
  ASSERT_TRUE(store->flush(long_enough));
  EXPECT_EQ(following.look(), 7U);

  EXPECT_EQ(following.seen, history.all());
  EXPECT_EQ(following.last(), 57U);
  EXPECT_EQ(following.anew, 0);
}

TEST(Follower, SeesEveryRecordOnceWhateverCheckpointsAndOwnersComeAndGo) {
  for_each_seed(20, [](Dice& dice) {
    TemporaryDirectory directory;
    History history(dice.bits());
    std::optional<Following> following;
    for (std::uint64_t owner = 1; owner <= 3; ++owner) {
      const auto store = open_store(directory.path());
      if (owner > 1) {
        store->append({history.new_owner(owner)});
      }
      for (int i = 0; i < 6; ++i) {
        store->append(history.next(1 + dice.below(40)));
        ASSERT_TRUE(store->flush(long_enough));
        if (dice.one_in(2)) {
          store->checkpoint(history.snapshot(), history_names());
        }
        if (dice.one_in(2)) {
          following = following ? std::move(following) : Following(directory.path());
          following->look();
          EXPECT_EQ(following->seen, history.all());
        }
      }
      if (dice.one_in(2)) {
        store->close(history.snapshot(), history_names(), std::nullopt);
      }
    }
    following = following ? std::move(following) : Following(directory.path());
    following->look();

    EXPECT_EQ(following->seen, history.all());
    EXPECT_EQ(following->look(), 0U);
  });
}

TEST(Follower, NeedsNoCheckpointThatTookASegmentUnderItsEyes) {
  TemporaryDirectory directory;
  History history(5);
  const auto store = open_store(directory.path());
  store->append(history.next(50));
  ASSERT_TRUE(store->flush(long_enough));
  Following following(directory.path());
  following.look();
  store->append(history.next(10));
  store->checkpoint(history.snapshot(), history_names());
  const auto end = std::chrono::steady_clock::now() + long_enough;
  while (segments_in(directory.path()) != std::vector<std::string>{"journal.1.2"}) {
    ASSERT_LT(std::chrono::steady_clock::now(), end);
  }
  store->append(history.next(5));
  ASSERT_TRUE(store->flush(long_enough));
  std::ofstream(directory / "experiment.h5") << "nothing to be read";

  EXPECT_EQ(following.look(), 15U);
  EXPECT_EQ(following.seen, history.all());
}

TEST(Follower, WaitsForTheRestOfATornRecord) {
  TemporaryDirectory directory;
  History history(2);
  {
    const auto store = open_store(directory.path());
    store->append(history.next(20));
    ASSERT_TRUE(store->flush(long_enough));
  }
  const auto tip = directory.path() / segments_in(directory.path()).back();
  std::ifstream file(tip, std::ios::binary);
  const std::string whole(std::istreambuf_iterator<char>(file), {});
  std::filesystem::resize_file(tip, whole.size() - 5);
  Following following(directory.path());

  EXPECT_EQ(following.look(), 19U);
  EXPECT_GT(following.torn_bytes(), 0U);
  EXPECT_EQ(following.look(), 0U);
  std::ofstream(tip, std::ios::binary | std::ios::app) << whole.substr(whole.size() - 5);
  EXPECT_EQ(following.look(), 1U);

  EXPECT_EQ(following.torn_bytes(), 0U);
  EXPECT_EQ(following.seen, history.all());
}

TEST(Follower, BeginsAnewWhereAStaleOwnerWentOnWriting) {
  TemporaryDirectory directory;
  History history(3);
  {
    const auto store = open_store(directory.path());
    store->append(history.next(20));
    ASSERT_TRUE(store->flush(long_enough));
  }
  // What the stale owner wrote beyond the length at which the next one closed its segment.
  const auto tip = directory.path() / segments_in(directory.path()).back();
  std::ifstream file(tip, std::ios::binary);
  const std::string whole(std::istreambuf_iterator<char>(file), {});
  Following following(directory.path());
  EXPECT_EQ(following.look(), 20U);
  std::filesystem::resize_file(tip, whole.size() - 5);  // as the next owner saw it
  history.forget_after(19);
  const auto store = open_store(directory.path());
  store->append({history.new_owner(2)});
  store->append(history.next(3));
  ASSERT_TRUE(store->flush(long_enough));
  std::ofstream(tip, std::ios::binary | std::ios::app) << whole.substr(whole.size() - 5);

  following.look();

  EXPECT_EQ(following.anew, 1);
  EXPECT_EQ(following.seen, history.all());
}

TEST(Follower, FollowsAFinishedExperimentThatIsTakenUpAgain) {
  TemporaryDirectory directory;
  History history(4);
  {
    const auto store = open_store(directory.path());
    store->append(history.next(30));
    store->close(history.snapshot(), history_names(), std::nullopt);
  }
  Following following(directory.path());
  EXPECT_EQ(following.look(), 30U);
  EXPECT_EQ(following.look(), 0U);

  const auto store = open_store(directory.path());
  store->append({history.new_owner(2)});
  store->append(history.next(5));
  ASSERT_TRUE(store->flush(long_enough));
  following.look();

  EXPECT_EQ(following.seen, history.all());
}

TEST(Follower, RefusesADirectoryWithoutAnExperiment) {
  const TemporaryDirectory directory;
  Follower follower(directory.path());

  EXPECT_THROW((void)follower.look([](Record&&) {}), StoreError);
}

}  // namespace
}  // namespace diwan
