// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <chrono>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/store/store.hpp"
#include "tests/driver/store/histories.hpp"
#include "tests/driver/store/temporary_directory.hpp"

namespace diwan {
namespace {

/// Owns the directory, appends the rest of the history and says after each batch how much of it is
/// written, until it is killed. With checkpoints: as many as it can make.
[[noreturn]] void write_until_killed(const std::filesystem::path& directory, std::uint64_t seed,
                                     bool checkpoints, int report) {
  try {
    History history(seed);
    const auto store = open_store(directory);
    const ReplayReport found = store->replay([](Record&&) {});
    history.next(found.last_record);
    while (true) {
      store->append(history.next(7));
      if (checkpoints) {
        store->checkpoint(history.snapshot(), history_names());
      }
      const std::uint64_t written = store->written();
      if (::write(report, &written, sizeof written) != sizeof written) {
        ::_exit(1);
      }
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  } catch (const std::exception& error) {
    ::write(STDERR_FILENO, error.what(), std::string(error.what()).size());
    ::_exit(2);
  }
}

/// Lets an owner write for so long, kills it and gives what it said last.
std::uint64_t killed_after(std::chrono::microseconds time, const std::filesystem::path& directory,
                           std::uint64_t seed, bool checkpoints) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    write_until_killed(directory, seed, checkpoints, ends[1]);
  }
  ::close(ends[1]);
  std::this_thread::sleep_for(time);
  ::kill(child, SIGKILL);
  std::uint64_t last = 0;
  std::uint64_t said = 0;
  while (::read(ends[0], &said, sizeof said) == sizeof said) {
    last = said;
  }
  ::close(ends[0]);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << WEXITSTATUS(status);
  return last;
}

void kill_often(bool checkpoints, std::uint64_t seed, std::size_t kills, std::size_t longest_us) {
  TemporaryDirectory directory;
  Dice dice(seed);
  History history(seed);
  for (std::size_t i = 0; i < kills; ++i) {
    const std::chrono::microseconds time(dice.below(longest_us));
    const std::uint64_t acknowledged = killed_after(time, directory.path(), seed, checkpoints);

    const std::vector<Record> records =
        holds_experiment(directory.path()) ? replay_all(directory.path()) : std::vector<Record>{};

    ASSERT_GE(records.size(), acknowledged) << "kill " << i;
    if (records.size() > history.all().size()) {
      history.next(records.size() - history.all().size());
    }
    ASSERT_TRUE(std::equal(records.begin(), records.end(), history.all().begin())) << "kill " << i;
  }
  EXPECT_GT(history.all().size(), kills);
}

TEST(Crash, LosesNothingThatWasWritten) { kill_often(false, 1, 25, 60'000); }

TEST(Crash, AnywhereInACheckpointLosesNothing) { kill_often(true, 2, 25, 200'000); }

}  // namespace
}  // namespace diwan
