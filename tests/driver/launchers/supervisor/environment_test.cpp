// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/environment.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace diwan {
namespace {

using Texts = std::vector<std::string>;

Texts sorted(Texts texts) {
  std::ranges::sort(texts);
  return texts;
}

Launch some_launch() {
  Launch launch;
  launch.run = {.trial = 4, .attempt = 2};
  launch.trial_name = "e-abc";
  launch.parameters = {{.name = "lr", .text = "0.1", .number = true},
                       {.name = "drop-out.1", .text = "high", .number = false}};
  launch.seed = 42;
  return launch;
}

RunPlace some_place() {
  RunPlace place;
  place.paths = run_paths("/x", "e-abc", 2);
  return place;
}

RunSettings some_settings() {
  RunSettings settings;
  settings.experiment = "e";
  return settings;
}

TEST(Environment, WhatTheLauncherSetIsRemovedAndNothingElse) {
  const char* given[] = {"PATH=/bin",
                         "OMPI_COMM_WORLD_RANK=1",
                         "OMPI_ALLOW_RUN_AS_ROOT=1",
                         "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1",
                         "PMIX_RANK=0",
                         "PMI_FD=3",
                         "ORTE_X=1",
                         "OPAL_X=1",
                         "PRTE_X=1",
                         "HFI_NO_BACKTRACE=1",
                         "IPATH_NO_BACKTRACE=1",
                         "SLURM_JOB_ID=7",
                         "SLURM_CONF=/etc/slurm.conf",
                         "SLURMX=1",
                         "HFI_NO=1",
                         "DIWAN_TRIAL=outer",
                         "DIWAN_PARAM_LR=9",
                         "DIWAN_SITE=kept",
                         "EMPTY=",
                         nullptr};

  EXPECT_EQ(
      clean_environment(&given[0]),
      (Texts{"PATH=/bin", "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1",
             "SLURM_CONF=/etc/slurm.conf", "SLURMX=1", "HFI_NO=1", "DIWAN_SITE=kept", "EMPTY="}));
}

TEST(Environment, ATrialGetsTheContractsVariablesAndUnsetOnesAreNotThere) {
  const Texts environment =
      trial_environment({"PATH=/bin"}, some_settings(), some_launch(), some_place());

  EXPECT_EQ(
      sorted(environment),
      sorted({"PATH=/bin", "PYTHONUNBUFFERED=1", "DIWAN_EXPERIMENT=e", "DIWAN_TRIAL=e-abc",
              "DIWAN_ATTEMPT=2", "DIWAN_TRIAL_DIR=/x/trials/e-abc/attempt-2",
              "DIWAN_CHECKPOINT_DIR=/x/trials/e-abc/checkpoint",
              "DIWAN_METRICS=/x/trials/e-abc/attempt-2/metrics.jsonl",
              "DIWAN_PARAMETERS=/x/trials/e-abc/attempt-2/parameters.json", "DIWAN_PARAM_LR=0.1",
              "DIWAN_PARAM_DROP_OUT_1=high", "DIWAN_SEED=42", "KATIB_TRIAL_NAME=e-abc"}));
}

TEST(Environment, WhatTheHostGivesIsSetWhereItGivesIt) {
  RunPlace place = some_place();
  place.deadline = 1700000000;
  place.port = 4242;
  place.slurm_job_id = "99";
  place.share.gpus = {"GPU-a", "GPU-b"};
  place.share.gpu_variables = {{"CUDA_VISIBLE_DEVICES", "GPU-a,GPU-b"}};

  const Texts environment = trial_environment({"CUDA_VISIBLE_DEVICES=GPU-a,GPU-b,GPU-c"},
                                              some_settings(), some_launch(), place);

  EXPECT_EQ(variable_in(environment, "DIWAN_DEADLINE"), "1700000000");
  EXPECT_EQ(variable_in(environment, "DIWAN_PORT"), "4242");
  EXPECT_EQ(variable_in(environment, "DIWAN_SLURM_JOB_ID"), "99");
  EXPECT_EQ(variable_in(environment, "DIWAN_GPUS"), "GPU-a,GPU-b");
  EXPECT_EQ(variable_in(environment, "CUDA_VISIBLE_DEVICES"), "GPU-a,GPU-b");
}

TEST(Environment, TheTemplateOverridesTheHostButNotTheContract) {
  Launch launch = some_launch();
  launch.env = {{"PATH", "/mine"},
                {"PYTHONUNBUFFERED", "0"},
                {"CUDA_VISIBLE_DEVICES", ""},
                {"DIWAN_TRIAL", "lie"},
                {"SLURM_JOB_ID", "wanted"}};
  RunPlace place = some_place();
  place.share.gpu_variables = {{"CUDA_VISIBLE_DEVICES", "1"}};

  const Texts environment = trial_environment({"PATH=/bin"}, some_settings(), launch, place);

  EXPECT_EQ(variable_in(environment, "PATH"), "/mine");
  EXPECT_EQ(variable_in(environment, "PYTHONUNBUFFERED"), "0");
  EXPECT_EQ(variable_in(environment, "CUDA_VISIBLE_DEVICES"), "");
  EXPECT_EQ(variable_in(environment, "DIWAN_TRIAL"), "e-abc");
  EXPECT_EQ(variable_in(environment, "SLURM_JOB_ID"), "wanted");
}

TEST(Environment, NoVariableStandsTwice) {
  Launch launch = some_launch();
  launch.env = {{"A", "1"}, {"A", "2"}, {"PATH", "/p"}};

  const Texts environment =
      trial_environment({"PATH=/bin", "A=0"}, some_settings(), launch, some_place());

  std::set<std::string> names;
  for (const std::string& variable : environment) {
    EXPECT_TRUE(names.insert(variable.substr(0, variable.find('='))).second) << variable;
  }
}

TEST(Environment, ParametersAreJsonWithNumbersAsTheyAreWritten) {
  const std::string text =
      parameters_json({{.name = "lr", .text = "1e-05", .number = true},
                       {.name = "half", .text = ".5", .number = true},
                       {.name = "big", .text = "12345678901234567890", .number = true},
                       {.name = "n", .text = "32", .number = false},
                       {.name = "q\"uote", .text = "a\nb", .number = false},
                       {.name = "odd", .text = "nan", .number = true}});

  EXPECT_NE(text.find("\"lr\": 1e-05"), std::string::npos);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json.at("half"), 0.5);
  EXPECT_EQ(json.at("big"), 12345678901234567890ULL);
  EXPECT_EQ(json.at("n"), "32");
  EXPECT_EQ(json.at("q\"uote"), "a\nb");
  EXPECT_EQ(json.at("odd"), "nan");
}

TEST(Environment, BytesThatAreNoUtf8StillGiveJson) {
  const std::string text = parameters_json({{.name = "p", .text = "\xff", .number = false}});

  EXPECT_TRUE(nlohmann::json::accept(text));
}

}  // namespace
}  // namespace diwan
