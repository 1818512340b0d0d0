// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/kept_files.hpp"

#include <array>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "driver/launchers/supervisor/environment.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;
using test::Sample;

/// An experiment whose trials leave a log and a checkpoint.
class Folder {
 public:
  RunPaths paths(const std::string& trial) const {
    return run_paths(sample.directory(), "e-" + trial, 1);
  }
  std::uint32_t suggest(const std::string& trial) {
    fs::create_directories(paths(trial).attempt);
    fs::create_directories(paths(trial).checkpoint);
    std::ofstream(paths(trial).output) << "loss\n";
    std::ofstream(paths(trial).checkpoint / "weights") << "w";
    return sample.suggest(trial, 0.01);
  }
  /// Ends a trial with this loss, and tells the files of it.
  void end(std::uint32_t number, double loss, KeptFiles& files) {
    const RunKey run = sample.start(number);
    sample.observe(run, 0, {loss});
    sample.end(run, RunOutcome::succeeded);
    tell(run, files);
  }
  void tell(RunKey run, KeptFiles& files) const {
    Ended ended;
    ended.run = run;
    const std::array<Record, 1> records = {
        Record{.number = sample.experiment().last_record(), .time = {}, .event = ended}};
    files.step(sample.experiment(), records);
  }
  std::string left(const std::string& trial) const {
    return std::string(fs::exists(paths(trial).output) ? "log" : "") +
           (fs::exists(paths(trial).checkpoint / "weights") ? "+checkpoint" : "");
  }

  Sample sample;
};

TEST(KeptFiles, AreTheLogsAndCheckpointsOfTheBestTrials) {
  Folder folder;
  {
    KeptFiles files(folder.sample.directory(), {.best = 2, .logs_of_best = true},
                    folder.sample.experiment());

    folder.end(folder.suggest("a"), 0.4, files);
    folder.end(folder.suggest("b"), 0.2, files);
    folder.end(folder.suggest("c"), 0.3, files);
    folder.end(folder.suggest("d"), 0.9, files);
    folder.suggest("waits");
    files.written(folder.sample.experiment().last_record());
  }

  EXPECT_EQ(folder.left("a"), "");
  EXPECT_EQ(folder.left("b"), "log+checkpoint");
  EXPECT_EQ(folder.left("c"), "log+checkpoint");
  EXPECT_EQ(folder.left("d"), "");
  EXPECT_EQ(folder.left("waits"), "log+checkpoint");
}

TEST(KeptFiles, AnEmptyCheckpointIsLeftToTheSupervisorWhileItMayLive) {
  Folder folder;
  const auto checkpoint = [&](const char* trial) { return folder.paths(trial).checkpoint; };
  const auto end_with_empty = [&](const char* trial, double loss, KeptFiles& files) {
    const std::uint32_t number = folder.suggest(trial);
    fs::remove(checkpoint(trial) / "weights");
    folder.end(number, loss, files);
  };
  {
    KeptFiles files(folder.sample.directory(), {}, folder.sample.experiment());
    folder.end(folder.suggest("best"), 0.1, files);
    end_with_empty("a", 0.4, files);
    files.written(folder.sample.experiment().last_record());
  }
  EXPECT_TRUE(fs::exists(checkpoint("a")));
  { KeptFiles(folder.sample.directory(), {}, folder.sample.experiment()); }
  EXPECT_FALSE(fs::exists(checkpoint("a"))) << "of a supervisor that was killed";
  EXPECT_EQ(folder.left("best"), "log+checkpoint");
}

TEST(KeptFiles, AreAllLogsAndTheBestTrialsCheckpointWithoutARule) {
  Folder folder;
  {
    KeptFiles files(folder.sample.directory(), {}, folder.sample.experiment());

    folder.end(folder.suggest("a"), 0.2, files);
    folder.end(folder.suggest("b"), 0.4, files);
    const RunKey failed = folder.sample.start(folder.suggest("failed"));
    folder.sample.end(failed, RunOutcome::failed, 3);
    folder.tell(failed, files);
    files.written(folder.sample.experiment().last_record());
  }

  EXPECT_EQ(folder.left("a"), "log+checkpoint");
  EXPECT_EQ(folder.left("b"), "log");
  EXPECT_EQ(folder.left("failed"), "log");
}

TEST(KeptFiles, StayUntilTheEndOfTheirTrialIsWritten) {
  Folder folder;
  {
    KeptFiles files(folder.sample.directory(), {.best = 1, .logs_of_best = true},
                    folder.sample.experiment());
    folder.end(folder.suggest("a"), 0.2, files);
    const std::uint64_t before = folder.sample.experiment().last_record();
    folder.end(folder.suggest("b"), 0.4, files);

    files.written(before);
  }

  EXPECT_EQ(folder.left("b"), "log+checkpoint");
}

TEST(KeptFiles, OfTrialsThatEndedInARunBeforeAreJudgedToo) {
  Folder folder;
  {
    KeptFiles careless(folder.sample.directory(), {.best = 9, .logs_of_best = false},
                       folder.sample.experiment());
    folder.end(folder.suggest("a"), 0.2, careless);
    folder.end(folder.suggest("b"), 0.4, careless);
  }

  {
    const KeptFiles files(folder.sample.directory(), {.best = 1, .logs_of_best = true},
                          folder.sample.experiment());
  }

  EXPECT_EQ(folder.left("a"), "log+checkpoint");
  EXPECT_EQ(folder.left("b"), "");
}

}  // namespace
}  // namespace diwan
