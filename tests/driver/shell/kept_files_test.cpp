// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/kept_files.hpp"

#include <array>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "algorithms/pbt/labels.hpp"
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
    make_files(trial);
    return sample.suggest(trial, 0.01);
  }
  /// A trial of a population that goes on from another, if from one.
  std::uint32_t suggest(const std::string& trial, std::size_t member,
                        std::optional<std::uint32_t> parent, KeptFiles& files) {
    return suggest(trial, to_labels({.generation = parent ? 1U : 0U, .member = member}), parent,
                   files);
  }
  std::uint32_t suggest(const std::string& trial, const Labels& labels,
                        std::optional<std::uint32_t> parent, KeptFiles& files) {
    make_files(trial);
    Suggested suggested;
    suggested.trial = static_cast<std::uint32_t>(sample.experiment().trials().size()) + 1;
    suggested.name = "e-" + trial;
    suggested.assignment.values = {0.01, 0, 2, 0};
    suggested.labels = labels;
    suggested.parent = parent;
    sample.record(suggested);
    const std::array<Record, 1> records = {
        Record{.number = sample.experiment().last_record(), .time = {}, .event = suggested}};
    files.step(sample.experiment(), records);
    return suggested.trial;
  }
  void make_files(const std::string& trial) const {
    fs::create_directories(paths(trial).attempt);
    fs::create_directories(paths(trial).checkpoint);
    std::ofstream(paths(trial).output) << "loss\n";
    std::ofstream(paths(trial).checkpoint / "weights") << "w";
  }
  /// Ends a trial with this loss, and tells the files of it.
  void end(std::uint32_t number, double loss, KeptFiles& files) {
    const RunKey run = sample.start(number);
    sample.observe(run, 0, {loss});
    sample.end(run, RunOutcome::succeeded);
    tell(run, files);
  }
  /// The same with a text for the objective.
  void end_with_text(std::uint32_t number, KeptFiles& files) {
    const RunKey run = sample.start(number);
    Observed observed;
    observed.run = run;
    observed.steps = {1};
    observed.values = {std::numeric_limits<double>::quiet_NaN()};
    observed.times = {sample.now()};
    observed.texts = {{0, "found"}};
    ASSERT_TRUE(sample.record(observed));
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

constexpr KeepRule for_children = {.best = 1, .logs_of_best = false, .for_children = true};

TEST(KeptFiles, AreNotHeldUpByAChildWhoseObjectiveIsAText) {
  Folder folder;
  {
    KeptFiles files(folder.sample.directory(), for_children, folder.sample.experiment());
    folder.end(folder.suggest("best"), 0.1, files);
    const std::uint32_t parent = folder.suggest("parent");
    folder.end(parent, 0.5, files);
    folder.end_with_text(folder.suggest("child", Labels{}, parent, files), files);
    files.written(folder.sample.experiment().last_record());
  }

  EXPECT_EQ(folder.left("parent"), "log");
  EXPECT_EQ(folder.left("child"), "log+checkpoint");
}

TEST(KeptFiles, OfAPopulationStayUntilTheirMemberHasGoneOnFromALaterResult) {
  Folder folder;
  {
    KeptFiles files(folder.sample.directory(), for_children, folder.sample.experiment());
    const std::uint32_t first = folder.suggest("first", 1, {}, files);
    folder.end(first, 0.5, files);
    const std::uint32_t second = folder.suggest("second", 1, first, files);
    folder.end(second, 0.3, files);
    files.written(folder.sample.experiment().last_record());
  }
  EXPECT_EQ(folder.left("first"), "log+checkpoint") << "who asked before the second ended may copy";

  {
    KeptFiles files(folder.sample.directory(), for_children, folder.sample.experiment());
    const std::uint32_t third = folder.suggest("third", 1, 2, files);
    folder.end(third, 0.1, files);
    files.written(folder.sample.experiment().last_record());
  }

  EXPECT_EQ(folder.left("first"), "log");
  EXPECT_EQ(folder.left("second"), "log+checkpoint");
  EXPECT_EQ(folder.left("third"), "log+checkpoint");
}

TEST(KeptFiles, OfAPopulationStayAsLongAsACopyHasNotEnded) {
  Folder folder;
  {
    KeptFiles files(folder.sample.directory(), for_children, folder.sample.experiment());
    const std::uint32_t first = folder.suggest("first", 1, {}, files);
    folder.end(first, 0.5, files);
    folder.suggest("copy", 2, first, files);
    const std::uint32_t second = folder.suggest("second", 1, first, files);
    folder.end(second, 0.3, files);
    folder.suggest("third", 1, second, files);
    files.written(folder.sample.experiment().last_record());
  }
  EXPECT_EQ(folder.left("first"), "log+checkpoint");

  {
    KeptFiles files(folder.sample.directory(), for_children, folder.sample.experiment());
    folder.end(2, 0.4, files);
    files.written(folder.sample.experiment().last_record());
  }

  EXPECT_EQ(folder.left("first"), "log");
}

TEST(KeptFiles, OfAPopulationGoAtOnceWhereATrialFailed) {
  Folder folder;
  {
    KeptFiles files(folder.sample.directory(), for_children, folder.sample.experiment());
    const std::uint32_t first = folder.suggest("first", 1, {}, files);
    folder.end(first, 0.5, files);
    const RunKey failed = folder.sample.start(folder.suggest("failed", 1, first, files));
    folder.sample.end(failed, RunOutcome::failed, 3);
    folder.tell(failed, files);
    folder.suggest("again", 1, first, files);
    files.written(folder.sample.experiment().last_record());
  }

  EXPECT_EQ(folder.left("failed"), "log");
  EXPECT_EQ(folder.left("first"), "log+checkpoint");
}

TEST(KeptFiles, OfAPopulationsListedTrialsGoWithTheirMembersLaterResults) {
  Folder folder;
  {
    KeptFiles files(folder.sample.directory(), for_children, folder.sample.experiment());
    const std::uint32_t first = folder.suggest("first", Labels{}, {}, files);
    const RunKey failed = folder.sample.start(folder.suggest("failed", Labels{}, {}, files));
    folder.sample.end(failed, RunOutcome::failed, 3);
    folder.tell(failed, files);
    folder.end(first, 0.5, files);
    const std::uint32_t second = folder.suggest("second", 1, first, files);
    folder.end(second, 0.3, files);
    folder.suggest("third", 1, second, files);
    files.written(folder.sample.experiment().last_record());
  }

  EXPECT_EQ(folder.left("first"), "log");
  EXPECT_EQ(folder.left("failed"), "log");
  EXPECT_EQ(folder.left("second"), "log+checkpoint");
}

}  // namespace
}  // namespace diwan
