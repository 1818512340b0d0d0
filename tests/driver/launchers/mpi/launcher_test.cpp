// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <array>
#include <cmath>
#include <csignal>
#include <iostream>

#include <gtest/gtest.h>

#include "rank0.hpp"

namespace diwan {
namespace {

using namespace std::chrono_literals;

// The address sanitizer keeps freed memory for a while.
#ifdef __SANITIZE_ADDRESS__
constexpr double flat_mebibytes = 400;
#else
constexpr double flat_mebibytes = 32;
#endif

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

TEST(MpiLauncher, HasASlotForEachWorkerAndNoneForRank0) {
  EXPECT_EQ(rank0().launcher().name(), "mpi");
  EXPECT_EQ(rank0().launcher().capacity(), 2U);
}

TEST(MpiLauncher, CountsItsWorkersAndNamesTheirHost) {
  std::array<char, 256> host{};
  ASSERT_EQ(gethostname(host.data(), host.size() - 1), 0);

  EXPECT_EQ(rank0().launcher().where(), "on 2 workers of " + std::string(host.data()));
}

TEST(MpiLauncher, NamesTheWorkersThatNeverGetARun) {
  EXPECT_EQ(rank0().launcher().idle_at(2), "");
  EXPECT_NE(rank0().launcher().idle_at(1).find("rank 2"), std::string::npos);
  EXPECT_EQ(rank0().launcher().idle_at(1).find("rank 1"), std::string::npos);
}

TEST(MpiLauncher, ReportsStartMetricsAndEndOfATrial) {
  const RunKey run = rank0().submit("echo loss=0.5; echo loss=0.25; exit 3");

  ASSERT_TRUE(rank0().poll_until_ended(run)) << rank0().notices();

  EXPECT_GT(rank0().start(run).pid, 0);
  EXPECT_FALSE(rank0().start(run).host.empty());
  EXPECT_EQ(rank0().values(run), std::vector<double>({0.5, 0.25}));
  EXPECT_EQ(rank0().end(run).outcome, RunOutcome::failed);
  EXPECT_EQ(rank0().end(run).exit_code, 3);
}

TEST(MpiLauncher, RunsARunSubmittedTwiceOnce) {
  const RunKey run = rank0().new_run();
  const Launch launch = rank0().launch_of(run, "echo x >> twice; sleep 0.2");

  rank0().launcher().submit(std::span(&launch, 1));
  rank0().launcher().submit(std::span(&launch, 1));
  ASSERT_TRUE(rank0().poll_until_started(run));
  rank0().launcher().submit(std::span(&launch, 1));
  ASSERT_TRUE(rank0().poll_until_ended(run));

  EXPECT_EQ(std::filesystem::file_size(rank0().directory() / "twice"), 2U);
}

TEST(MpiLauncher, EndsEachOfTwoHundredQuickTrialsOnce) {
  const auto begin = std::chrono::steady_clock::now();
  std::vector<RunKey> runs;
  runs.reserve(200);
  for (int i = 0; i < 200; ++i) {
    runs.push_back(rank0().submit("echo loss=" + std::to_string(i)));
  }

  for (const RunKey run : runs) {
    ASSERT_TRUE(rank0().poll_until_ended(run)) << run.trial << '\n' << rank0().notices();
  }

  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(rank0().ends(runs[static_cast<std::size_t>(i)]), 1U);
    EXPECT_EQ(rank0().values(runs[static_cast<std::size_t>(i)]), std::vector<double>({1.0 * i}));
  }
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  std::cout << 200 / time.count() << " trials/s\n";
}

TEST(MpiLauncher, RunsAsManyAtATimeAsThereAreWorkers) {
  const RunKey a = rank0().submit("sleep 30");
  const RunKey b = rank0().submit("sleep 30");
  const RunKey c = rank0().submit("sleep 30");
  ASSERT_TRUE(rank0().poll_until_started(a));
  ASSERT_TRUE(rank0().poll_until_started(b));
  EXPECT_NE(worker_of(rank0().start(a)), worker_of(rank0().start(b)));
  EXPECT_FALSE(rank0().poll_until_ended(c, 200ms));

  const std::vector<RunKey> all{c, a, b, a, {.trial = 9999, .attempt = 1}};
  rank0().launcher().cancel(all, true);

  for (const RunKey run : {a, b, c}) {
    ASSERT_TRUE(rank0().poll_until_ended(run, 5s));
    EXPECT_EQ(rank0().end(run).outcome, RunOutcome::stopped);
  }
}

TEST(MpiLauncher, KillsATrialThatIgnoresTermAfterTheGraceTime) {
  const RunKey run =
      rank0().submit("trap '' TERM; sleep 300 & echo $! > stubborn; while :; do sleep 1; done");
  ASSERT_TRUE(rank0().poll_until_started(run));
  ASSERT_TRUE(rank0().poll_until(
      [] { return std::filesystem::exists(rank0().directory() / "stubborn"); }, 5s));

  rank0().launcher().cancel(std::span(&run, 1), false);

  ASSERT_TRUE(rank0().poll_until_ended(run, 5s));
  EXPECT_EQ(rank0().end(run).outcome, RunOutcome::stopped);
  EXPECT_FALSE(runs(rank0().start(run).pid));
}

TEST(MpiLauncher, GivesTheGraceTimeThatNowHolds) {
  const RunKey run = rank0().submit("trap '' TERM; while :; do sleep 0.1; done");
  ASSERT_TRUE(rank0().poll_until_started(run));
  rank0().launcher().set_grace(1500ms);
  const auto begin = std::chrono::steady_clock::now();

  rank0().launcher().cancel(std::span(&run, 1), false);
  ASSERT_TRUE(rank0().poll_until_ended(run, 10s));

  EXPECT_GE(std::chrono::steady_clock::now() - begin, 1400ms);
  rank0().launcher().set_grace(300ms);
}

TEST(MpiLauncher, BringsObservationsWithin100Milliseconds) {
  std::vector<double> delays;
  rank0().on_observed = [&](const Observed& observed) {
    for (const double sent : observed.values) {
      delays.push_back(now_seconds() - sent);
    }
  };
  const RunKey run =
      rank0().submit("for i in 1 2 3 4 5; do echo loss=$(date +%s.%N); sleep 0.15; done");

  ASSERT_TRUE(rank0().poll_until_ended(run));
  rank0().on_observed = nullptr;

  ASSERT_EQ(delays.size(), 5U);
  std::sort(delays.begin(), delays.end());
  std::cout << "median " << 1000 * delays[2] << " ms, worst " << 1000 * delays[4] << " ms\n";
  EXPECT_LT(delays[2], 0.1);  // the median: a busy test machine may delay one or two
}

TEST(MpiLauncher, CarriesAFloodInOrderWithFlatMemory) {
  constexpr std::uint64_t flood = 1'000'000;
  std::uint64_t next = 0;
  bool in_order = true;
  rank0().on_observed = [&](const Observed& observed) {
    in_order = in_order && observed.first == next;
    next += observed.values.size();
  };
  const pid_t self = ::getpid();
  const double before = resident_mebibytes(self);
  const auto begin = std::chrono::steady_clock::now();
  const RunKey run = rank0().submit("yes loss=0.25 | head -n " + std::to_string(flood));
  ASSERT_TRUE(rank0().poll_until_started(run));
  const pid_t worker = worker_of(rank0().start(run));
  double worker_peak = 0;
  const auto watch = [&] {
    worker_peak = std::max(worker_peak, resident_mebibytes(worker));
    return next == flood;
  };

  ASSERT_TRUE(rank0().poll_until(watch, 100s)) << next;
  rank0().on_observed = nullptr;
  ASSERT_TRUE(rank0().poll_until_ended(run));

  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  std::cout << static_cast<double>(flood) / time.count() << " observations/s, rank 0 grew by "
            << resident_mebibytes(self) - before << " MiB, the worker's peak was " << worker_peak
            << " MiB\n";
  EXPECT_TRUE(in_order);
  EXPECT_LT(resident_mebibytes(self) - before, flat_mebibytes);
  EXPECT_LT(worker_peak, 64 + flat_mebibytes);
}

TEST(MpiLauncher, SlowsAFloodThatNobodyTakesIn) {
  rank0().on_observed = [](const Observed&) {};
  const RunKey run = rank0().submit("yes loss=0.25 | head -n 3000000");
  ASSERT_TRUE(rank0().poll_until_started(run));
  const pid_t self = ::getpid();
  const pid_t worker = worker_of(rank0().start(run));
  const double before = resident_mebibytes(self) + resident_mebibytes(worker);

  std::this_thread::sleep_for(1500ms);  // rank 0 is held up

  EXPECT_LT(resident_mebibytes(self) + resident_mebibytes(worker) - before, flat_mebibytes);
  EXPECT_TRUE(runs(rank0().start(run).pid));
  rank0().launcher().cancel(std::span(&run, 1), true);
  ASSERT_TRUE(rank0().poll_until_ended(run));
  rank0().on_observed = nullptr;
}

TEST(MpiLauncher, RunsATrialThatIsAnMpiProgram) {
  const RunKey alone = rank0().submit(DIWAN_MPI_CHILD);
  const RunKey two = rank0().submit("mpirun --oversubscribe -n 2 " DIWAN_MPI_CHILD);

  ASSERT_TRUE(rank0().poll_until_ended(alone));
  ASSERT_TRUE(rank0().poll_until_ended(two));

  EXPECT_EQ(rank0().end(alone).outcome, RunOutcome::succeeded) << rank0().end(alone).reason;
  EXPECT_EQ(rank0().values(alone), std::vector<double>({1}));
  EXPECT_EQ(rank0().end(two).outcome, RunOutcome::succeeded) << rank0().end(two).reason;
  EXPECT_EQ(rank0().values(two), std::vector<double>({2}));
}

TEST(MpiLauncher, LeavesTheProcessorToTheTrialsWhileItWaits) {
  const RunKey a = rank0().submit("sleep 30");
  const RunKey b = rank0().submit("sleep 30");
  ASSERT_TRUE(rank0().poll_until_started(a));
  ASSERT_TRUE(rank0().poll_until_started(b));
  std::vector<pid_t> waiting{::getpid()};
  for (const RunKey run : {a, b}) {
    waiting.push_back(worker_of(rank0().start(run)));
    waiting.push_back(supervisor_of(rank0().start(run)));
  }
  // Polling calms down a second after the last event.
  EXPECT_FALSE(rank0().poll_until_ended(a, 1200ms));
  std::map<pid_t, double> before;
  for (const pid_t process : waiting) {
    before[process] = cpu_seconds(process);
  }

  EXPECT_FALSE(rank0().poll_until_ended(a, 3s));

  for (const pid_t process : waiting) {
    const double share = (cpu_seconds(process) - before[process]) / 3;
    std::cout << "process " << process << ": " << 100 * share << " % of a core\n";
    EXPECT_LT(share, 0.08) << process;
  }
  const std::vector<RunKey> both{a, b};
  rank0().launcher().cancel(both, true);
  EXPECT_TRUE(rank0().poll_until_ended(a));
  EXPECT_TRUE(rank0().poll_until_ended(b));
}

TEST(MpiLauncher, LeavesSignalsOfWorkersToRank0) {
  const RunKey run = rank0().submit("sleep 1.5; echo loss=1");
  ASSERT_TRUE(rank0().poll_until_started(run));

  for (const int signal : {SIGUSR1, SIGUSR2, SIGHUP, SIGINT, SIGTERM}) {
    ::kill(worker_of(rank0().start(run)), signal);
  }
  ASSERT_TRUE(rank0().poll_until_ended(run));

  EXPECT_EQ(rank0().end(run).outcome, RunOutcome::succeeded) << rank0().end(run).reason;
  EXPECT_EQ(rank0().launcher().capacity(), 2U);
}

}  // namespace
}  // namespace diwan
