// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/owner.hpp"

#include <algorithm>
#include <barrier>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/store/segment.hpp"
#include "tests/driver/store/histories.hpp"
#include "tests/driver/store/temporary_directory.hpp"

namespace diwan {
namespace {

using enum OwnerState::Life;

std::string error_of(const std::function<void()>& use) {
  try {
    use();
  } catch (const StoreError& error) {
    return error.what();
  }
  return "";
}

/// A process in a directory that looks like /proc.
class FakeProc {
 public:
  void process(int pid, char state, std::uint64_t start, char thread_state) const {
    const std::filesystem::path process = directory_.path() / std::to_string(pid);
    std::filesystem::create_directories(process / "task" / "99");
    spit(process / "stat", stat(pid, state, start));
    spit(process / "task" / "99" / "stat", stat(99, thread_state, start));
  }
  const std::filesystem::path& path() const { return directory_.path(); }

 private:
  static std::string stat(int pid, char state, std::uint64_t start) {
    return std::to_string(pid) + " (di) wan) " + state +
           " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 " + std::to_string(start) + " 0 0\n";
  }

  TemporaryDirectory directory_;
};

const OwnerIdentity owner{"n1", "boot-a", 17, 555, "42", 0, 1};

TEST(Owner, IsAliveWhileItsProcessRunsOnThisBoot) {
  FakeProc proc;
  proc.process(17, 'S', 555, 'S');

  EXPECT_EQ(life_of(owner, {"n1", "boot-a", 99, 1, "", 0, 1}, proc.path()), alive);
}

TEST(Owner, IsGoneWhenThereIsNoSuchProcess) {
  FakeProc proc;
  const OwnerIdentity here{"n1", "boot-a", 99, 1, "", 0, 1};
  EXPECT_EQ(life_of(owner, here, proc.path()), gone);

  proc.process(17, 'S', 556, 'S');  // the number is another process's now
  EXPECT_EQ(life_of(owner, here, proc.path()), gone);
}

TEST(Owner, IsGoneAsAZombieOnlyWithoutLiveThreads) {
  FakeProc proc;
  const OwnerIdentity here{"n1", "boot-a", 99, 1, "", 0, 1};

  proc.process(17, 'Z', 555, 'Z');
  EXPECT_EQ(life_of(owner, here, proc.path()), gone);
  proc.process(17, 'Z', 555, 'D');
  EXPECT_EQ(life_of(owner, here, proc.path()), alive);
}

TEST(Owner, IsGoneAfterTheHostBootedOrTheJobWasRestarted) {
  FakeProc proc;
  EXPECT_EQ(life_of(owner, {"n1", "boot-b", 99, 1, "", 0, 1}, proc.path()), gone);
  EXPECT_EQ(life_of(owner, {"n2", "boot-c", 99, 1, "42", 1, 1}, proc.path()), gone);
}

TEST(Owner, IsUnknownFromAnotherHostJobOrProcessNamespace) {
  FakeProc proc;
  EXPECT_EQ(life_of(owner, {"n2", "boot-c", 99, 1, "", 0, 1}, proc.path()), unknown);
  EXPECT_EQ(life_of(owner, {"n2", "boot-c", 99, 1, "42", 0, 1}, proc.path()), unknown);
  EXPECT_EQ(life_of(owner, {"n2", "boot-c", 99, 1, "43", 5, 1}, proc.path()), unknown);
  EXPECT_EQ(life_of(owner, {"n1", "boot-a", 99, 1, "", 0, 2}, proc.path()), unknown);
}

TEST(Owner, SeesItselfAlive) {
  const OwnerIdentity here = this_process();

  EXPECT_EQ(here.pid, ::getpid());
  EXPECT_FALSE(here.boot_id.empty());
  EXPECT_NE(here.pid_namespace, 0u);
  EXPECT_EQ(life_of(here, here), alive);
}

TEST(Owner, SecondOneIsRefusedWithWhoHoldsTheDirectory) {
  TemporaryDirectory directory;
  const auto store = open_store(directory.path());

  const std::string error = error_of([&] { open_store(directory.path()); });

  EXPECT_EQ(error,
            directory.path().string() + ": is owned by " + read_owner(directory.path())->text +
                ", which is running; stop it first (diwan stop), or add --take-over if it is "
                "surely gone");
  EXPECT_NE(error.find("process " + std::to_string(::getpid()) + " on "), std::string::npos);
}

TEST(Owner, OnAnotherHostIsTakenOverOnlyWhenToldTo) {
  TemporaryDirectory directory;
  History history(3);
  {
    const auto store = open_store(directory.path());
    store->append(history.next(5));
  }
  write_owner(directory.path(), {{"elsewhere", "boot-x", 17, 5, "", 0, 0}, 1});

  EXPECT_NE(
      error_of([&] { open_store(directory.path()); }).find("process 17 on elsewhere, which may"),
      std::string::npos);
  const auto store = Store::open(directory.path(), this_process(), {.take_over = true});
  EXPECT_EQ(store->epoch(), 2u);
}

TEST(Owner, ThatLostTheDirectoryWritesNoMore) {
  TemporaryDirectory directory;
  History history(3);
  const auto old = open_store(directory.path());
  old->append(history.next(5));
  ASSERT_TRUE(old->flush(std::chrono::seconds(60)));
  const auto taker = Store::open(directory.path(), this_process(), {.take_over = true});
  std::this_thread::sleep_for(std::chrono::milliseconds(1050));  // it looks once a second

  History late(3);
  late.next(5);
  old->append(late.next(5));
  old->flush(std::chrono::seconds(60));
  taker->append(history.next(7));
  ASSERT_TRUE(taker->flush(std::chrono::seconds(60)));

  ASSERT_TRUE(old->failure());
  EXPECT_NE(old->failure()->find("another coordinator has taken it"), std::string::npos);
  old->close(nullptr, {}, "{}");
  EXPECT_FALSE(std::filesystem::exists(directory / "outcome"));
  EXPECT_EQ(read_owner(directory.path())->epoch, 2u);
  EXPECT_EQ(replay_all(directory.path()), history.all());
}

TEST(Owner, KilledOneIsSucceeded) {
  TemporaryDirectory directory;
  const pid_t child = ::fork();
  if (child == 0) {
    static_cast<void>(open_store(directory.path()).release());
    ::_exit(0);  // no destructor: as by SIGKILL
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(read_owner(directory.path())->life, gone);

  const auto store = open_store(directory.path());

  EXPECT_EQ(store->epoch(), 2u);
}

TEST(Owner, DiedBeforeItsFileIsKnownByItsSegment) {
  TemporaryDirectory directory;
  SegmentHeader header;
  header.name = {1, 1};
  header.owner = {"elsewhere", "boot-x", 17, 5, "", 0, 0};
  ASSERT_TRUE(make_segment(directory.path(), header));

  EXPECT_EQ(read_owner(directory.path())->life, unknown);
  EXPECT_EQ(read_owner(directory.path())->identity, header.owner);
  EXPECT_NE(error_of([&] { open_store(directory.path()); }), "");
}

TEST(Owner, OneOfSeveralTakersWins) {
  for (int round = 0; round < 25; ++round) {
    TemporaryDirectory directory;
    constexpr int takers = 4;
    std::barrier start(takers);
    std::vector<std::unique_ptr<Store>> stores(takers);
    std::vector<std::string> errors(takers);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < takers; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        errors[i] = error_of([&] { stores[i] = open_store(directory.path()); });
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }

    const auto won =
        std::count_if(stores.begin(), stores.end(), [](const auto& s) { return s != nullptr; });
    EXPECT_EQ(won, 1);
    for (std::size_t i = 0; i < takers; ++i) {
      EXPECT_NE(stores[i] == nullptr, errors[i].empty());
    }
  }
}

}  // namespace
}  // namespace diwan
