// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/store/h5.hpp"
#include "driver/store/store.hpp"
#include "tests/driver/store/histories.hpp"
#include "tests/driver/store/temporary_directory.hpp"

namespace diwan {
namespace {

constexpr std::chrono::seconds long_enough{60};

/// Files of this process cannot grow beyond so many bytes: a write fails as on a full disk.
void limit_files(rlim_t bytes) {
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  ::setrlimit(RLIMIT_FSIZE, &limit);
}

/// Runs in a process of its own; failed expectations there are told by its exit status.
void in_child(const std::function<void()>& run) {
  const pid_t child = ::fork();
  if (child == 0) {
    int status = 1;
    try {
      run();
      status = testing::Test::HasFailure() ? 1 : 0;
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
    ::fflush(stdout);
    ::_exit(status);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "status " << status;
}

TEST(DiskFull, StopsTheJournalAtItsLastWholeRecord) {
  TemporaryDirectory directory;
  in_child([&] {
    History history(4);
    limit_files(20'000);
    const auto store = open_store(directory.path());
    while (!store->failure()) {
      store->append(history.next(10));
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    EXPECT_FALSE(store->flush(long_enough));
    EXPECT_NE(store->failure()->find(
                  "journal.1.1: cannot be written (File too large); all up to record " +
                  std::to_string(store->written()) + " is kept"),
              std::string::npos)
        << *store->failure();
    store->close(history.snapshot(), history_names(), R"({"version":1,"exit":74})");
    EXPECT_EQ(replay_all(directory.path()).size(), store->written());
  });
  EXPECT_EQ(slurp(directory / "outcome"), "{\"version\":1,\"exit\":74}\n");

  // Space is made: the next owner goes on, and nothing was torn.
  const auto store = open_store(directory.path());
  std::uint64_t count = 0;
  const ReplayReport report = store->replay([&](Record&&) { ++count; });
  History history(4);
  history.next(count);
  EXPECT_GT(count, 20u);
  EXPECT_EQ(report.torn_bytes, 0u);
  store->append(history.next(30));
  store->close(history.snapshot(), history_names(), std::nullopt);
  EXPECT_EQ(store->failure(), std::nullopt);
  EXPECT_EQ(replay_all(directory.path()), history.all());
}

TEST(DiskFull, LetsACheckpointWaitButNotTheJournal) {
  TemporaryDirectory directory;
  in_child([&] {
    History history(4);
    const auto store = open_store(directory.path());
    store->append(history.next(400));
    EXPECT_TRUE(store->flush(long_enough));
    limit_files(16'000);
    store->checkpoint(history.snapshot(), history_names());
    while (!store->checkpoint_failure()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    store->append(history.next(5));
    EXPECT_TRUE(store->flush(long_enough));
    EXPECT_EQ(store->failure(), std::nullopt);
    EXPECT_EQ(replay_all(directory.path()), history.all());

    limit_files(RLIM_INFINITY);
    store->close(history.snapshot(), history_names(), std::nullopt);
    EXPECT_EQ(store->failure(), std::nullopt);
    EXPECT_EQ(store->checkpoint_failure(), std::nullopt);
    EXPECT_EQ(replay_all(directory.path()), history.all());
    EXPECT_TRUE(segments_in(directory.path()).empty());
  });
}

TEST(DiskFull, AtTheLastCheckpointKeepsTheJournalAndSaysSo) {
  History history(4);
  history.next(2000);
  int failures = 0;
  bool made = false;
  for (rlim_t limit = 400'000; !made; limit += 60'000) {  // early and late in the file
    TemporaryDirectory directory;
    in_child([&] {
      const auto store = open_store(directory.path());
      store->append(history.all());
      EXPECT_TRUE(store->flush(long_enough));
      limit_files(limit);
      store->close(history.snapshot(), history_names(), R"({"version":1,"exit":74})");
      const bool there = std::filesystem::exists(directory / "experiment.h5");
      EXPECT_NE(there, store->failure().has_value());
      if (!there) {
        EXPECT_NE(store->failure()->find("experiment.h5: cannot be written"), std::string::npos);
      }
      EXPECT_GE(H5close(), 0);  // the library is whole, and can make other files
    });
    made = std::filesystem::exists(directory / "experiment.h5");
    failures += made ? 0 : 1;

    EXPECT_EQ(replay_all(directory.path()), history.all());
  }
  EXPECT_GE(failures, 3);
}

TEST(DiskFull, OfARealFileSystemLosesNothing) {
  TemporaryDirectory mount;
  if (::mount("tmpfs", mount.path().c_str(), "tmpfs", 0, "size=512k") != 0) {
    GTEST_SKIP() << "mounting a small file system needs root";
  }
  const std::filesystem::path directory = mount / "e.diwan";
  in_child([&] {
    History history(4);
    const auto store = open_store(directory);
    while (!store->failure()) {
      store->append(history.next(50));
      store->checkpoint(history.snapshot(), history_names());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_NE(store->failure()->find("No space left on device"), std::string::npos);
    // Not a byte is left, and still the outcome can be told.
    const std::ofstream filler(mount / "filler");
    EXPECT_EQ(
        ::system(("cat /dev/zero > " + (mount / "filler").string() + " 2>/dev/null").c_str()) &
            0xff,
        0);
    store->close(history.snapshot(), history_names(), R"({"version":1,"exit":74})");
    EXPECT_EQ(slurp(directory / "outcome"), "{\"version\":1,\"exit\":74}\n");
    const std::vector<Record> records = replay_all(directory);
    EXPECT_GE(records.size(), store->written());
    EXPECT_TRUE(std::equal(records.begin(), records.end(), history.all().begin()));
  });
  // Nor can it be taken, and that leaves nothing behind.
  const auto names = [](const std::filesystem::path& path) {
    std::set<std::filesystem::path> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      all.insert(entry.path());
    }
    return all;
  };
  const auto before = names(mount.path());
  EXPECT_THROW(open_store(directory), DiskFailure);
  EXPECT_THROW(open_store(mount / "new.diwan"), DiskFailure);
  EXPECT_EQ(names(mount.path()), before);
  ::umount(mount.path().c_str());
}

}  // namespace
}  // namespace diwan
