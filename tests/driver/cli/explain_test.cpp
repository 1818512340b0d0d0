// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "collectors/timestamp.hpp"
#include "driver/launchers/clock.hpp"
#include "driver/store/waits_file.hpp"
#include "tests/driver/cli/program.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using Json = nlohmann::json;
using test::run_diwan;
using test::Sample;

std::string explained(const Sample& sample, const std::string& trial) {
  const auto result = run_diwan({"explain", sample.directory().string(), trial},
                                {.in = "", .directory = {}, .env = {{"COLUMNS", "200"}}});
  EXPECT_EQ(result.status, 0) << result.err;
  return result.out;
}

void expect_part(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

/// A trial whose node failed, and which then failed itself.
void run_twice(Sample& sample) {
  const std::uint32_t trial = sample.suggest("k1aa", 0.01);
  Ended lost;
  lost.run = sample.start(trial);
  lost.outcome = RunOutcome::lost;
  lost.at = sample.now();
  lost.cause = LostCause::node_gone;
  sample.record(lost);
  Ended failed;
  failed.run = sample.start(trial);
  failed.outcome = RunOutcome::failed;
  failed.at = sample.now();
  failed.exit_code = 3;
  failed.reason = "exit status 3";
  failed.usage = {.peak_memory_bytes = 3U << 29U, .cpu_seconds = 75.0};
  sample.record(failed);
}

TEST(Explain, TellsEachAttemptAndWhatTheLastOneUsed) {
  Sample sample;
  run_twice(sample);
  const auto attempt = sample.directory() / "trials" / "e-k1aa" / "attempt-2";
  std::filesystem::create_directories(attempt);
  std::ofstream(attempt / "stderr.log") << "no such file: data.bin\n";
  sample.close(4, "max_failed");

  const std::string text = explained(sample, "1");

  expect_part(text, "#1 e-k1aa Failed");
  expect_part(text, "why       exit status 3\n");
  expect_part(text, "peak memory 1.50 GiB, CPU time 1m15s, by the last attempt\n");
  expect_part(text, "lost: the node failed");
  expect_part(text, "failed: exit status 3");
  expect_part(text, "command   /bin/echo --lr=0.01 fixed --batch=32 '--shape=2 x 0.5'");
  expect_part(text, "tried     lr=0.01 batch=32 layers=2 width=0.5");
  expect_part(text, "PYTHONUNBUFFERED=1");
  expect_part(text, "OMPI_* ");
  expect_part(text, "no such file: data.bin");
}

TEST(Explain, HasAllOfThatAsJson) {
  Sample sample;
  run_twice(sample);
  sample.close(4, "max_failed");

  const Json json =
      Json::parse(run_diwan({"explain", sample.directory().string(), "1", "-o", "json"}).out);

  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["trial"]["trial"], "e-k1aa");
  EXPECT_EQ(json["command"][1], "--lr=0.01");
  EXPECT_EQ(json["environment"]["set"]["DIWAN_ATTEMPT"], "2");
  ASSERT_EQ(json["attempts"].size(), 2U);
  EXPECT_EQ(json["attempts"][0]["how"], "lost: the node failed");
  EXPECT_EQ(json["attempts"][1]["exitCode"], 3);
  EXPECT_EQ(json["attempts"][1]["peakMemoryBytes"], 3U << 29U);
  EXPECT_EQ(json["lastLines"], nullptr);
}

TEST(Explain, CountsTheValuesOfAMetric) {
  Sample sample;
  const RunKey run = sample.start(sample.suggest("k1aa", 0.01));
  sample.observe(run, 0, {0.5});
  sample.observe(run, 1, {0.6, 0.7});
  sample.end(run, RunOutcome::succeeded);
  sample.close(0);

  expect_part(
      explained(sample, "1"),
      "metrics   loss 0.5 at step 1 (its only value); accuracy 0.7 at step 2 (2 values from "
      "0.6 to 0.7)\n");
}

TEST(Explain, NamesTheRuleThatStoppedATrial) {
  Sample sample;
  const RunKey run = sample.start(sample.suggest("k1aa", 0.01));
  sample.observe(run, 0, {0.5});
  sample.record(Pruned{run, "medianstop at step 1: 0.5 is above 0.3"});
  sample.end(run, RunOutcome::stopped, 0, "stopped");
  sample.close(5, "stopped");

  const std::string text = explained(sample, "1");

  expect_part(text, "why       medianstop at step 1: 0.5 is above 0.3\n");
  expect_part(text, ", stopped: medianstop at step 1\n");
}

TEST(Explain, SaysWhyATrialWaitsForASlot) {
  Sample sample;
  sample.start(sample.suggest("k1aa", 0.01));
  sample.start(sample.suggest("k2bb", 0.02));
  sample.suggest("k3cc", 0.03);
  sample.suggest("k4dd", 0.04);
  sample.flush();

  expect_part(explained(sample, "3"),
              "2 trials of at most 2 at a time are under way; it is the next");
  expect_part(explained(sample, "4"), "1 trial goes before it");
  expect_part(explained(sample, "1"), "why       it runs\n");
}

TEST(Explain, SaysWhatTheLauncherKnowsOfATrialThatItWasGiven) {
  Sample sample;
  const std::uint32_t trial = sample.suggest("k1aa", 0.01);
  sample.record(Queued{{trial, 1}});
  sample.flush();
  expect_part(explained(sample, "1"), "given to the launcher, which has not told of its start");
  Waits waits{.at = wall_clock(),
              .groups = {{.reason = "Slurm has not started job 17: Priority", .trials = {1, 2}}}};
  write_waits(sample.directory(), waits);

  expect_part(explained(sample, "1"), "why       Slurm has not started job 17: Priority (as of " +
                                          time_text(waits.at).substr(11, 8) + "Z)\n");

  waits.at -= std::chrono::minutes(4);
  write_waits(sample.directory(), waits);
  expect_part(explained(sample, "1"), "given to the launcher");
}

TEST(Explain, SaysThatAPauseOrNoRunIsWhyATrialWaits) {
  Sample sample;
  sample.suggest("k1aa", 0.01);
  StopAsked pause;
  pause.kind = StopAsked::Kind::pause;
  pause.by = "diwan pause";
  sample.record(pause);
  sample.flush();

  expect_part(explained(sample, "1"), "asked to pause by diwan pause");

  sample.close(5, "stopped by diwan stop");

  expect_part(explained(sample, "1"), "no run is alive (stopped: stopped by diwan stop)");
}

TEST(Explain, QuotesTheDirectoryInTheCommandsThatItAdvises) {
  Sample sample(Sample::Owner::dead_process);
  sample.start(sample.suggest("k1aa", 0.01));
  sample.suggest("k2bb", 0.02);
  sample.flush();
  const auto link = sample.directory().parent_path() / "my search";
  std::filesystem::create_directory_symlink(sample.directory(), link);
  const std::string quoted = "'" + link.string() + "'";
  const auto explain = [&](const std::string& trial) {
    return run_diwan({"explain", link.string(), trial},
                     {.in = "", .directory = {}, .env = {{"COLUMNS", "400"}}})
        .out;
  };

  expect_part(explain("1"), "`diwan resume " + quoted + "` goes on with it");
  expect_part(explain("2"), "`diwan resume " + quoted + "` goes on");
  expect_part(explain("5"), "`diwan extend " + quoted + " --max-trials N`");
}

TEST(Explain, SaysWhyATrialIsNotThereYet) {
  Sample sample;
  sample.start(sample.suggest("k1aa", 0.01));
  sample.flush();

  expect_part(explained(sample, "3"), "#3 has not been suggested");
  expect_part(explained(sample, "5"), "the budget is 4 trials");
  const Json json =
      Json::parse(run_diwan({"explain", sample.directory().string(), "3", "-o", "json"}).out);
  EXPECT_EQ(json["trial"], nullptr);
  EXPECT_EQ(json["number"], 3);
}

TEST(Explain, TellsACancelledTrialFromOneThatTheEndKilled) {
  Sample sample;
  const RunKey cancelled = sample.start(sample.suggest("k1aa", 0.01));
  const RunKey killed = sample.start(sample.suggest("k2bb", 0.02));
  StopAsked cancel;
  cancel.kind = StopAsked::Kind::cancel;
  cancel.trial = 1;
  cancel.by = "diwan cancel";
  sample.record(cancel);
  sample.end(cancelled, RunOutcome::stopped, 0, "stopped");
  sample.finish("goal_reached");
  sample.end(killed, RunOutcome::stopped, 0, "stopped");
  sample.close(0);

  expect_part(explained(sample, "1"), "why       cancelled (`diwan cancel`)\n");
  expect_part(explained(sample, "2"), "why       the experiment was over (goal reached)\n");
}

}  // namespace
}  // namespace diwan
