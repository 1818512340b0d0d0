// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/status.hpp"

#include <chrono>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "collectors/timestamp.hpp"
#include "driver/spec/spec.hpp"
#include "driver/store/waits_file.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using test::Sample;

Json document(const Sample& sample) {
  return Json::parse(json_text(status_document(load(sample.directory()))));
}

std::vector<std::string> condition_types(const Json& json) {
  std::vector<std::string> types;
  for (const Json& condition : json["status"]["conditions"]) {
    types.push_back(condition["type"].get<std::string>() + "=" +
                    condition["status"].get<std::string>());
  }
  return types;
}

TEST(Status, IsPausedWhileItsOwnerWasAskedToStartNothing) {
  Sample sample;
  sample.suggest("waits", 0.01);
  StopAsked pause;
  pause.kind = StopAsked::Kind::pause;
  pause.by = "diwan pause";
  sample.record(pause);
  sample.flush();
  const Loaded loaded = load(sample.directory());

  EXPECT_EQ(run_state(loaded), RunState::paused);
  EXPECT_EQ(document(sample)["status"]["diwan"]["state"], "paused");
  EXPECT_EQ(status_table(loaded, {}).find("e  paused, process "), 0U);
}

TEST(Status, TellsWhyNoTrialStartsAnyMore) {
  Sample sample;
  sample.flush();
  EXPECT_TRUE(document(sample)["status"]["diwan"]["held"].is_null());
  StopAsked hold;
  hold.kind = StopAsked::Kind::hold;
  hold.reason = "the job ends";
  sample.record(hold);
  sample.flush();
  const Loaded loaded = load(sample.directory());

  EXPECT_EQ(run_state(loaded), RunState::running);
  EXPECT_EQ(document(sample)["status"]["diwan"]["held"], "the job ends");
  EXPECT_NE(status_table(loaded, {}).find("held      no trial starts any more: the job ends\n"),
            std::string::npos);
}

TEST(Status, TellsWhatTrialsWaitForThatTheLauncherWasGiven) {
  Sample sample;
  const std::uint32_t waits = sample.suggest("waits", 0.01);
  sample.record(Queued{{waits, 1}});
  const std::uint32_t runs = sample.suggest("runs", 0.02);
  sample.start(runs);
  sample.flush();
  EXPECT_EQ(document(sample)["status"]["diwan"]["waiting"], nlohmann::json::array());

  // It is a moment behind: one of them has started since.
  const Time now = std::chrono::time_point_cast<Time::duration>(Time::clock::now());
  write_waits(sample.directory(),
              {.at = now, .groups = {{.reason = "Slurm: Priority", .trials = {waits, runs}}}});

  EXPECT_EQ(
      document(sample)["status"]["diwan"]["waiting"],
      (nlohmann::json::array(
          {{{"reason", "Slurm: Priority"}, {"time", time_text(now)}, {"trials", {"e-waits"}}}})));
  EXPECT_NE(status_table(load(sample.directory()), {})
                .find("waiting   1 trial: Slurm: Priority (as of " + time_text(now).substr(11, 8) +
                      "Z)\n"),
            std::string::npos);
}

TEST(StatusDocument, IsTheExperimentWithKatibsStatus) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.succeed("b", 0.02, 0.2);
  const RunKey failed = sample.start(sample.suggest("c", 0.03));
  sample.end(failed, RunOutcome::failed, 1);
  sample.start(sample.suggest("d", 0.04));
  sample.flush();

  const Json json = document(sample);

  EXPECT_EQ(json["apiVersion"], "kubeflow.org/v1beta1");
  EXPECT_EQ(json["kind"], "Experiment");
  EXPECT_EQ(json["metadata"]["name"], "e");
  EXPECT_EQ(json["spec"]["maxTrialCount"], 4);
  EXPECT_EQ(json["spec"]["parameters"][0]["feasibleSpace"]["min"], "0.001");
  const Json& status = json["status"];
  EXPECT_EQ(status["startTime"], "2026-01-01T00:00:00.000000Z");
  EXPECT_FALSE(status.contains("completionTime"));
  EXPECT_EQ(status["trials"], 4);
  EXPECT_EQ(status["trialsSucceeded"], 2);
  EXPECT_EQ(status["trialsFailed"], 1);
  EXPECT_EQ(status["trialsRunning"], 1);
  EXPECT_FALSE(status.contains("trialsPending"));
  EXPECT_EQ(status["succeededTrialList"], Json::parse(R"(["e-a","e-b"])"));
  EXPECT_EQ(status["failedTrialList"], Json::parse(R"(["e-c"])"));
  EXPECT_EQ(status["runningTrialList"], Json::parse(R"(["e-d"])"));
  EXPECT_EQ(status["currentOptimalTrial"], Json::parse(R"({"bestTrialName":"e-b",
    "parameterAssignments":[{"name":"lr","value":"0.02"},{"name":"batch","value":"32"},
      {"name":"layers","value":"2"},{"name":"width","value":"0.5"}],
    "observation":{"metrics":[{"name":"loss","min":"0.2","max":"0.2","latest":"0.2"}]}})"));
  EXPECT_EQ(status["diwan"]["state"], "running");
  EXPECT_EQ(status["diwan"]["owner"]["life"], "alive");
  EXPECT_EQ(condition_types(json), (std::vector<std::string>{"Created=True", "Running=True"}));
}

TEST(Status, TellsHowLongTheJobOfTheRunLasts) {
  Sample sample;
  OwnerChanged owner = sample.experiment().owner();
  owner.job_id = "42";
  owner.job_end = std::chrono::time_point_cast<Time::duration>(Time::clock::now()) + 90min + 30s;
  sample.record(owner);
  sample.flush();

  const Loaded loaded = load(sample.directory());

  EXPECT_NE(status_table(loaded, {}).find(", which ends in 1h30m"), std::string::npos);
  EXPECT_EQ(document(sample)["status"]["diwan"]["owner"]["jobEnd"], time_text(*owner.job_end));
}

TEST(StatusDocument, IsReadAsAnExperimentFileAgain) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.flush();
  Value json = status_document(load(sample.directory()));
  json.remove("status");
  json["metadata"].remove("creationTimestamp");

  const Spec spec = parse_spec(yaml_text(json), sample.file());

  EXPECT_EQ(spec.space, load(sample.directory()).spec.space);
  EXPECT_EQ(spec.budget.max_trials, 4U);
}

TEST(StatusDocument, TellsHowTheExperimentSucceeded) {
  Sample sample;
  sample.succeed("a", 0.01, 0.005);
  sample.finish("goal_reached");
  sample.close(0);

  const Json json = document(sample);

  EXPECT_EQ(condition_types(json),
            (std::vector<std::string>{"Created=True", "Running=False", "Succeeded=True"}));
  const Json& last = json["status"]["conditions"][2];
  EXPECT_EQ(last["reason"], "ExperimentGoalReached");
  EXPECT_EQ(last["message"], "Experiment has succeeded because Objective goal has reached");
  EXPECT_EQ(last["lastTransitionTime"], json["status"]["completionTime"]);
  EXPECT_EQ(json["status"]["conditions"][1]["reason"], "ExperimentRunning");
  EXPECT_EQ(json["status"]["diwan"]["outcome"]["exit"], 0);
}

TEST(StatusDocument, TellsARestartAfterALargerBudget) {
  Sample sample;
  for (const char* name : {"a", "b", "c", "d"}) {
    sample.succeed(name, 0.01, 0.3);
  }
  sample.finish("max_trials");
  Budget more = sample.experiment().budget();
  more.max_trials = 5;
  sample.record(BudgetSet{more, "extend"});
  sample.suggest("e", 0.02);
  sample.flush();

  const Json json = document(sample);

  EXPECT_EQ(condition_types(json),
            (std::vector<std::string>{"Created=True", "Restarting=True", "Running=True"}));
  EXPECT_EQ(json["spec"]["maxTrialCount"], 5);
}

TEST(StatusDocument, TellsFailureByTooManyFailedTrials) {
  Sample sample;
  for (const char* name : {"a", "b", "c"}) {
    sample.end(sample.start(sample.suggest(name, 0.01)), RunOutcome::failed, 1);
  }
  sample.finish("max_failed");
  sample.close(4);

  const Json json = document(sample);

  EXPECT_EQ(json["status"]["conditions"][2]["type"], "Failed");
  EXPECT_EQ(json["status"]["conditions"][2]["reason"], "ExperimentFailed");
  EXPECT_FALSE(json["status"].contains("currentOptimalTrial"));
}

TEST(StatusTable, SaysOnOneScreenWhatMatters) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.close(5, "stopped by diwan stop");

  const std::string text = status_table(load(sample.directory()), {.columns = 80, .colour = false});

  EXPECT_NE(text.find("e  stopped by diwan stop"), std::string::npos) << text;
  EXPECT_NE(text.find("1 done of 4, 1 succeeded"), std::string::npos) << text;
  EXPECT_NE(text.find("#1 loss 0.3"), std::string::npos) << text;
  EXPECT_NE(text.find("lr=0.01 batch=32"), std::string::npos) << text;
  EXPECT_NE(text.find("diwan resume"), std::string::npos) << text;
}

TEST(StatusTable, GoesOnWhereItRanAndKnowsNoTrialThatRunsWithoutAnOwner) {
  for (const auto& [launcher, command] :
       {std::pair("local", "diwan resume e.diwan\n"), std::pair("mpi", "mpirun … diwan resume"),
        std::pair("slurm", "e.diwan --launcher slurm\n")}) {
    Sample sample(Sample::Owner::dead_process);
    OwnerChanged owner = sample.experiment().owner();
    owner.epoch += 1;
    owner.launcher = launcher;
    ASSERT_TRUE(sample.record(owner));
    sample.start(sample.suggest("a", 0.01));
    sample.abandon();
    Loaded loaded = load(sample.directory());
    loaded.directory = "e.diwan";

    const std::string text = status_table(loaded, {.columns = 80, .colour = false});

    EXPECT_NE(text.find(command), std::string::npos) << text;
    EXPECT_NE(text.find("1 running when last heard of"), std::string::npos) << text;
  }
}

TEST(StatusTable, TellsInWordsHowAnExperimentIsDone) {
  Sample sample;
  for (const char* name : {"a", "b", "c", "d"}) {
    sample.succeed(name, 0.01, 0.3);
  }
  sample.finish("max_trials");
  sample.close(0, "max_trials");

  const std::string text = status_table(load(sample.directory()), {.columns = 80, .colour = false});

  EXPECT_NE(text.find("e  finished, budget used"), std::string::npos) << text;
}

TEST(StatusTable, TellsWhyTheLastTrialsWereStoppedOrFailed) {
  Sample sample;
  const RunKey failed = sample.start(sample.suggest("a", 0.01));
  sample.end(failed, RunOutcome::failed, 3, "exit status 3");
  const RunKey stopped = sample.start(sample.suggest("b", 0.02));
  sample.observe(stopped, 0, {0.5});
  sample.record(Pruned{stopped, "medianstop at step 4: its best 0.5 is worse than 0.25"});
  sample.end(stopped, RunOutcome::stopped, 0, "stopped");
  sample.close(75);

  const std::string text = status_table(load(sample.directory()), {.columns = 80, .colour = false});

  EXPECT_NE(text.find("\nstopped   last #2 medianstop at step 4: its best 0.5"), std::string::npos)
      << text;
  EXPECT_NE(text.find("\nfailed    last #1 exit status 3"), std::string::npos) << text;
}

TEST(StatusTable, AdvisesCommandsWithTheDirectory) {
  Sample sample;
  const RunKey run = sample.start(sample.suggest("a", 0.01));
  sample.observe(run, 0, {0.5});
  sample.observe(run, 1, {-0.5});
  sample.end(run, RunOutcome::succeeded);
  sample.close(75);

  const std::string text = status_table(load(sample.directory()), {.columns = 500});

  EXPECT_NE(text.find("(`diwan logs " + sample.directory().string() + " 1`)"), std::string::npos)
      << text;
}

TEST(StatusTable, ShowsNoticesOverAsManyLinesAsTheyNeed) {
  Sample sample;
  for (int i = 0; i < 6; ++i) {
    sample.succeed(std::string(1, static_cast<char>('a' + i)), 0.01 + 0.01 * i, 0.3);
  }
  sample.close(75);
  const Loaded loaded = load(sample.directory());

  const std::string text = status_table(loaded, {.columns = 60, .colour = false});
  const Json json = Json::parse(json_text(status_document(loaded)));

  EXPECT_NE(text.find("\nnotice    every trial so far has loss=0.3"), std::string::npos) << text;
  EXPECT_NE(text.find("\n          "), std::string::npos) << text;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    EXPECT_LE(width_of(text.substr(start, end - start)), 60U);
    start = end + 1;
  }
  EXPECT_EQ(json["status"]["diwan"]["notices"][0]["kind"], "equalResults");
}

}  // namespace
}  // namespace diwan
