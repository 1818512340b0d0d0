// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "driver/store/checkpoint_reader.hpp"
#include "driver/store/store.hpp"
#include "tests/driver/store/histories.hpp"
#include "tests/driver/store/temporary_directory.hpp"

namespace diwan {
namespace {

constexpr std::chrono::seconds long_enough{60};

/// Makes a checkpoint of all records so far and waits until it is there.
void make_checkpoint(Store& store, const std::filesystem::path& directory, const History& history) {
  const auto end = std::chrono::steady_clock::now() + long_enough;
  while (std::chrono::steady_clock::now() < end) {
    store.checkpoint(history.snapshot(), history_names());  // nothing while another is being made
    if (const auto reader = CheckpointReader::open(directory / checkpoint_file);
        reader && reader->head().last_record == history.all().size()) {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  FAIL() << "no checkpoint with record " << history.all().size();
}

/// What a StoreError says; empty if there is none.
std::string error_of(const std::function<void()>& use) {
  try {
    use();
    return {};
  } catch (const StoreError& error) {
    return error.what();
  }
}

TEST(Checkpoint, AndJournalGiveEverythingWhateverTheHistory) {
  for_each_seed(12, [](Dice& dice) {
    TemporaryDirectory directory;
    History history(dice.bits());
    for (int owner = 0; owner < 3; ++owner) {
      const auto store = open_store(directory.path());
      for (int i = 0; i < 4; ++i) {
        store->append(history.next(dice.below(60)));
        if (dice.one_in(2)) {
          store->checkpoint(history.snapshot(), history_names());
        }
        if (dice.one_in(3)) {
          const std::vector<Record> seen = replay_all(directory.path());
          EXPECT_TRUE(std::equal(seen.begin(), seen.end(), history.all().begin()));
        }
      }
      if (dice.one_in(2)) {
        store->close(history.snapshot(), history_names(), std::nullopt);
      }
      EXPECT_EQ(store->failure(), std::nullopt);
      EXPECT_EQ(store->checkpoint_failure(), std::nullopt);
    }

    EXPECT_EQ(replay_all(directory.path()), history.all());
  });
}

TEST(Checkpoint, HoldsEverythingAloneAfterTheEnd) {
  TemporaryDirectory directory;
  History history(5);
  const auto store = open_store(directory.path());
  store->append(history.next(300));

  store->close(history.snapshot(), history_names(), R"({"version":1,"exit":0})");

  EXPECT_EQ(store->failure(), std::nullopt);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"experiment.h5", "outcome"}));
  EXPECT_EQ(slurp(directory / "outcome"), "{\"version\":1,\"exit\":0}\n");
  struct stat status {};
  ASSERT_EQ(::stat((directory / "experiment.h5").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  EXPECT_EQ(replay_all(directory.path()), history.all());
}

TEST(Checkpoint, DeletesTheSegmentsItHoldsAndLaterOnesStay) {
  TemporaryDirectory directory;
  History history(5);
  const auto store = open_store(directory.path());
  store->append(history.next(50));
  make_checkpoint(*store, directory.path(), history);
  store->append(history.next(20));
  ASSERT_TRUE(store->flush(long_enough));

  // The segment goes right after the file has its name.
  const auto end = std::chrono::steady_clock::now() + long_enough;
  while (segments_in(directory.path()).size() > 1 && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  ASSERT_EQ(segments_in(directory.path()).size(), 1u);
  EXPECT_EQ(replay_all(directory.path()), history.all());
}

TEST(Checkpoint, ClosedWithoutNewsChangesNothing) {
  TemporaryDirectory directory;
  History history(5);
  {
    const auto store = open_store(directory.path());
    store->append(history.next(50));
    store->close(history.snapshot(), history_names(), "{}");
  }
  const std::string before = slurp(directory / "experiment.h5");

  const auto store = open_store(directory.path());
  EXPECT_EQ(store->epoch(), 2u);
  store->close(history.snapshot(), history_names(), std::nullopt);

  EXPECT_EQ(slurp(directory / "experiment.h5"), before);
  EXPECT_EQ(slurp(directory / "outcome"), "{}\n");
  EXPECT_TRUE(segments_in(directory.path()).empty());
}

TEST(Checkpoint, RefusesAStateThatIsNotTheFoldOfWhatWasAppended) {
  TemporaryDirectory directory;
  History history(5);
  const auto store = open_store(directory.path());
  store->append(history.next(50));
  history.next(1);

  EXPECT_THROW(store->checkpoint(history.snapshot(), history_names()), std::logic_error);
}

TEST(Checkpoint, ThatIsNoneIsReadAroundButNotReplaced) {
  TemporaryDirectory directory;
  History history(5);
  {
    const auto store = open_store(directory.path());
    store->append(history.next(50));
  }
  spit(directory / "experiment.h5", "not HDF5");
  EXPECT_EQ(replay_all(directory.path()), history.all());

  try {
    open_store(directory.path());
    ADD_FAILURE() << "no error";
  } catch (const StoreError& error) {
    EXPECT_EQ(error.what(),
              (directory / "experiment.h5").string() +
                  ": is no HDF5 file; restore it from a copy, or take another directory; or move "
                  "it away: the journal beside it holds everything");
  }
  EXPECT_EQ(slurp(directory / "experiment.h5"), "not HDF5");

  std::filesystem::remove(directory / "experiment.h5");
  const auto store = open_store(directory.path());
  store->append(history.next(10));
  store->close(history.snapshot(), history_names(), std::nullopt);

  EXPECT_EQ(store->failure(), std::nullopt);
  EXPECT_EQ(replay_all(directory.path()), history.all());
  EXPECT_TRUE(segments_in(directory.path()).empty());
}

TEST(Checkpoint, ThatIsNoneIsNamedWhereTheJournalCannotHelp) {
  TemporaryDirectory directory;
  spit(directory / "experiment.h5", "not HDF5");
  const std::string expected =
      (directory / "experiment.h5").string() +
      ": is no HDF5 file; restore it from a copy, or take another directory";

  for (const auto& use : {std::function<void()>([&] { replay_all(directory.path()); }),
                          std::function<void()>([&] { open_store(directory.path()); })}) {
    try {
      use();
      ADD_FAILURE() << "no error";
    } catch (const StoreError& error) {
      EXPECT_EQ(error.what(), expected);
    }
  }
  EXPECT_EQ(slurp(directory / "experiment.h5"), "not HDF5");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 1);
}

TEST(Checkpoint, TruncatedAnywhereIsAnErrorAndNoCrash) {
  TemporaryDirectory directory;
  History history(5);
  {
    const auto store = open_store(directory.path());
    store->append(history.next(400));
    store->close(history.snapshot(), history_names(), std::nullopt);
  }
  const std::string whole = slurp(directory / "experiment.h5");
  for (std::size_t length = 0; length < whole.size(); length += whole.size() / 50) {
    spit(directory / "experiment.h5", whole.substr(0, length));

    const std::string error = error_of([&] { replay_all(directory.path()); });
    EXPECT_NE(error.find((directory / "experiment.h5").string() + ": "), std::string::npos)
        << error;
    EXPECT_NE(error.find("; restore "), std::string::npos) << error;
  }
}

/// What HDF5 itself leaves behind after a file that misled it is not ours to free.
class LibraryLeaks {
#ifdef __SANITIZE_ADDRESS__
  __lsan::ScopedDisabler disabled_;
#endif
};

/// Whatever is damaged in it, reading it ends, with the records or with what is wrong.
TEST(Checkpoint, DamagedAnywhereIsAnErrorOrReadsOn) {
  TemporaryDirectory directory;
  History history(5);
  {
    const auto store = open_store(directory.path());
    store->append(history.next(400));
    store->close(history.snapshot(), history_names(), std::nullopt);
  }
  const std::string whole = slurp(directory / "experiment.h5");

  for_each_seed(300, [&](Dice& dice) {
    std::string damaged = whole;
    for (std::size_t left = 1 + dice.below(8); left > 0; --left) {
      damaged.at(dice.below(damaged.size())) = static_cast<char>(dice.bits());
    }
    spit(directory / "experiment.h5", damaged);

    [[maybe_unused]] const LibraryLeaks allowed;
    const std::string error = error_of([&] { replay_all(directory.path()); });
    EXPECT_TRUE(error.empty() || error.find("; ") != std::string::npos) << error;
  });
}

TEST(Checkpoint, OfAStaleOwnerAddsNothing) {
  TemporaryDirectory directory;
  History history(5);
  {
    const auto store = open_store(directory.path());
    store->append(history.next(80));
  }
  // The owner of epoch 1, still alive somewhere, makes a checkpoint of ten records more.
  TemporaryDirectory stale;
  {
    History late(5);
    const auto store = open_store(stale.path());
    store->append(late.next(90));
    store->close(late.snapshot(), history_names(), std::nullopt);
  }
  const auto store = open_store(directory.path());  // epoch 2
  store->append({history.new_owner(2)});
  store->append(history.next(30));
  ASSERT_TRUE(store->flush(long_enough));

  std::filesystem::copy_file(stale / "experiment.h5", directory / "experiment.h5");

  EXPECT_EQ(replay_all(directory.path()), history.all());
  store->close(history.snapshot(), history_names(), std::nullopt);
  EXPECT_EQ(store->failure(), std::nullopt);
  EXPECT_TRUE(segments_in(directory.path()).empty());
  EXPECT_EQ(replay_all(directory.path()), history.all());
}

TEST(Checkpoint, IsDueByTheLengthOfTheTailAndNotWithoutNews) {
  TemporaryDirectory directory;
  History history(5);
  Store::Options options;
  options.segment_bytes = 4000;
  options.checkpoint_after = std::chrono::hours(1);
  const auto store = Store::open(directory.path(), this_process(), options);
  EXPECT_FALSE(store->checkpoint_due());

  store->append(history.next(5));
  ASSERT_TRUE(store->flush(long_enough));
  const bool due_early = store->checkpoint_due();
  store->append(history.next(100));
  ASSERT_TRUE(store->flush(long_enough));

  EXPECT_FALSE(due_early);
  EXPECT_TRUE(store->checkpoint_due());
}

TEST(Checkpoint, IsDueByTimeWhileTheFileIsSmall) {
  TemporaryDirectory directory;
  History history(5);
  Store::Options options;
  options.checkpoint_after = std::chrono::seconds(0);
  const auto store = Store::open(directory.path(), this_process(), options);
  store->append(history.next(5));
  ASSERT_TRUE(store->flush(long_enough));

  EXPECT_TRUE(store->checkpoint_due());
}

TEST(Checkpoint, SizeDoesNotGrowWithTheNumberOfCheckpoints) {
  TemporaryDirectory often;
  TemporaryDirectory once;
  History history(5);
  {
    const auto store = open_store(often.path());
    for (int i = 0; i < 20; ++i) {
      store->append(history.next(40));
      make_checkpoint(*store, often.path(), history);
    }
    store->close(history.snapshot(), history_names(), std::nullopt);
  }
  {
    const auto store = open_store(once.path());
    store->append(history.all());
    store->close(history.snapshot(), history_names(), std::nullopt);
  }

  EXPECT_LT(std::filesystem::file_size(often / "experiment.h5"),
            2 * std::filesystem::file_size(once / "experiment.h5"));
}

}  // namespace
}  // namespace diwan
