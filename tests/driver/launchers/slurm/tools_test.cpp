// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/scheduler/tools.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace diwan::slurm {
namespace {

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

TEST(SbatchWords, SayWhatIsAskedForAndNothingElse) {
  JobRequest request;
  request.tasks = 8;
  request.partition = "gpu";
  request.memory_mebibytes = 4096;
  request.time_limit = std::chrono::minutes{90};
  request.extra = {"--reservation=x"};

  const std::vector<std::string> words = sbatch_words(request);

  EXPECT_TRUE(has(words, "--array=0-7"));
  EXPECT_TRUE(has(words, "--partition=gpu"));
  EXPECT_TRUE(has(words, "--mem=4096M"));
  EXPECT_TRUE(has(words, "--time=90"));
  EXPECT_EQ(words.back(), "--reservation=x");
  for (const std::string& word : words) {
    EXPECT_FALSE(word.starts_with("--account") || word.starts_with("--qos") ||
                 word.starts_with("--gres") || word.starts_with("--comment"))
        << word;
  }
}

TEST(SbatchWords, LeaveAKindOfGpuToThoseWhoNameIt) {
  JobRequest request;
  request.gpus_per_node = 2;
  EXPECT_TRUE(has(sbatch_words(request), "--gres=gpu:2"));

  for (const char* own : {"--gres=gpu:h100:2", "--gpus-per-node=h100:2", "-Gh100:2"}) {
    request.extra = {own};
    EXPECT_FALSE(has(sbatch_words(request), "--gres=gpu:2")) << own;
  }
}

TEST(SbatchWords, LeaveToAScriptWhatItSaysItself) {
  JobRequest request;
  request.nodes = 0;
  request.ranks = 0;
  request.cpus_per_rank = 0;

  for (const std::string& word : sbatch_words(request)) {
    EXPECT_FALSE(word.starts_with("--nodes") || word.starts_with("--ntasks") ||
                 word.starts_with("--cpus-per-task"))
        << word;
  }
}

TEST(ParseSqueue, SeesRecordsOfTheArraysThatWereAskedFor) {
  const Jobs jobs = parse_squeue(
      "12|4-5,9%2|PENDING|0|0||JobArrayTaskLimit|\n"
      "12|0|RUNNING|1|0|n[1,3]|None|\n"
      "12|1|FAILED|0|1792|n2|NonZeroExitCode|\n"
      "12|3|PENDING|2|0||Nodes required for job are DOWN, DRAINED|x|\n"
      "13|0|RUNNING|0|0|n2|None|\n"
      "14|N/A|RUNNING|0|0|n2|None|\n"
      "slurm_load_jobs error: nothing\n",
      {12, 14});

  ASSERT_EQ(jobs.tasks.size(), 3U);
  EXPECT_EQ(jobs.tasks[0].nodes, "n[1,3]");
  EXPECT_EQ(jobs.tasks[0].restarts, 1U);
  EXPECT_EQ(jobs.tasks[0].reason, "");
  EXPECT_EQ(jobs.tasks[1].state, JobState::failed);
  EXPECT_EQ(jobs.tasks[1].exit_code, 7);
  EXPECT_EQ(jobs.tasks[2].reason, "Nodes_required_for_job_are_DOWN,_DRAINED|x");
  ASSERT_EQ(jobs.waiting.size(), 1U);
  EXPECT_EQ(jobs.waiting[0],
            (WaitingTasks{12, {{4, 5}, {9, 9}}, JobState::pending, "JobArrayTaskLimit"}));
}

TEST(ParseSqueue, ReadsExitCodesOfOldAndNewReleases) {
  const Jobs jobs = parse_squeue(
      "12|0|FAILED|0|1792|n2|NonZeroExitCode|\n"
      "12|1|FAILED|0|7:0|n2|NonZeroExitCode|\n"
      "12|2|FAILED|0|9|n2|RaisedSignal:9(Killed)|\n"
      "12|3|FAILED|0|0:9|n2|RaisedSignal:9(Killed)|\n",
      {12});

  ASSERT_EQ(jobs.tasks.size(), 4U);
  EXPECT_EQ(jobs.tasks[0].exit_code, 7);
  EXPECT_EQ(jobs.tasks[1].exit_code, 7);
  EXPECT_EQ(jobs.tasks[2].signal, 9);
  EXPECT_EQ(jobs.tasks[3].signal, 9);
}

TEST(ParseSqueue, TellsTasksThatWereRequeuedFromThoseThatNeverRan) {
  Jobs jobs = parse_squeue(
      "12|0-5,9|PENDING|0|0||Resources|\n"
      "12|7|RUNNING|0|0|n1|None|\n",
      {12});
  const Jobs each = parse_squeue(
      "12|0|PENDING|1|0||BeginTime|\n"
      "12|3|PENDING|2|0||Resources|\n"
      "12|4|PENDING|0|0||Resources|\n"
      "12|7|PENDING|1|0||BeginTime|\n",
      {12});

  put_requeued(jobs, each);

  ASSERT_EQ(jobs.tasks.size(), 3U);
  EXPECT_EQ(jobs.tasks[0].task, 0U);
  EXPECT_EQ(jobs.tasks[1].restarts, 2U);
  EXPECT_EQ(jobs.tasks[2].state, JobState::pending);
  ASSERT_EQ(jobs.waiting.size(), 1U);
  EXPECT_EQ(jobs.waiting[0].ranges,
            (std::vector<std::pair<std::uint32_t, std::uint32_t>>{{1, 2}, {4, 5}, {9, 9}}));
}

TEST(Tools, WithoutSlurmRefuseWhatIsAskedAndSayWhatIsMissing) {
  Tools tools{{"PATH=/nowhere"}};

  const Answer answer = tools.answer(Submit{});

  const auto* const refused = std::get_if<Refused>(&answer);
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->kind, Refused::Kind::forbidden);
  EXPECT_NE(refused->text.find("sbatch"), std::string::npos) << refused->text;
}

}  // namespace
}  // namespace diwan::slurm
