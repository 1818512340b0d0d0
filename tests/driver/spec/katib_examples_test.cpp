// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "driver/spec/spec.hpp"

namespace diwan {
namespace {

std::filesystem::path example(const std::string& name) {
  return std::filesystem::path(DIWAN_KATIB_EXAMPLES) / (name + ".yaml");
}

std::vector<std::string> examples() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(DIWAN_KATIB_EXAMPLES)) {
    out.push_back(entry.path().stem().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

class KatibExample : public testing::TestWithParam<std::string> {};

TEST_P(KatibExample, ReadsBackAsTheSameSpecFromItsOwnText) {
  const std::filesystem::path file = example(GetParam());

  const Spec spec = read_spec(file);
  const Spec again = parse_spec(spec.text, file);

  EXPECT_EQ(spec.name, GetParam());
  EXPECT_TRUE(again == spec) << again.text;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Katib, KatibExample, testing::ValuesIn(examples()), test_name);

using Words = std::vector<std::string>;

TEST(KatibExamples, ARandomSearchHasKatibsDefaults) {
  const Spec spec = read_spec(example("random"));

  EXPECT_EQ(spec.name_space, "kubeflow");
  EXPECT_EQ(spec.objectives, (std::vector<ObjectiveSpec>{{Direction::minimize, 0.001, "loss"}}));
  EXPECT_EQ(spec.metrics, (std::vector<MetricRule>{{"loss", Strategy::min}}));
  EXPECT_EQ(spec.budget, (Budget{12, 3, 3, 0.001}));
  EXPECT_EQ(spec.resume_policy, ResumePolicy::never);
  EXPECT_EQ(spec.metrics_collector.collector.kind, CollectorKind::std_out);
  EXPECT_EQ(spec.space.parameters().at(0),
            (Parameter{"lr", Real{0.01, 0.05, {}, Distribution::uniform}}));
  ASSERT_TRUE(spec.trial_template);
  EXPECT_EQ(spec.trial_template->success_condition,
            R"(status.conditions.#(type=="Complete")#|#(status=="True")#)");
  EXPECT_EQ(spec.trial_template->failure_condition,
            R"(status.conditions.#(type=="Failed")#|#(status=="True")#)");
  EXPECT_EQ(spec.trial_template->resources.cpus_per_task, 1U);
  EXPECT_EQ(spec.trial_template->resources.memory_bytes, std::uint64_t{1} << 30U);
}

TEST(KatibExamples, AdditionalMetricsTakeTheStrategyOfTheObjectivesType) {
  const Spec spec = read_spec(example("tfjob-mnist-with-summaries"));

  EXPECT_EQ(spec.metrics, (std::vector<MetricRule>{{"test/accuracy", Strategy::max},
                                                   {"test/loss", Strategy::max}}));
}

TEST(KatibExamples, AGivenStrategyHolds) {
  const Spec spec = read_spec(example("file-metrics-collector"));

  EXPECT_EQ(spec.metrics,
            (std::vector<MetricRule>{{"accuracy", Strategy::max}, {"loss", Strategy::latest}}));
}

TEST(KatibExamples, TheSeedIsTheAlgorithmsRandomState) {
  EXPECT_EQ(read_spec(example("tpe")).seed, 7U);
  EXPECT_EQ(read_spec(example("random")).seed, std::nullopt);
}

TEST(KatibExamples, DistributionsStepsAndListsBecomeDomains) {
  const Spec spec = read_spec(example("distributions"));

  const std::vector<Parameter>& parameters = spec.space.parameters();
  EXPECT_EQ(parameters.at(0).domain, Domain(Real{0.01, 0.05, {}, Distribution::log_uniform}));
  EXPECT_EQ(parameters.at(1).domain, Domain(Real{0.5, 0.9, {}, Distribution::normal}));
  EXPECT_EQ(parameters.at(2).domain,
            Domain(Discrete{{16, 32, 64}, {"16", "32", "64"}, Distribution::uniform}));
  EXPECT_EQ(parameters.at(3).domain, Domain(Integer{1, 100, 1, Distribution::uniform}));
}

TEST(KatibExamples, AMetricsFileIsMovedIntoTheTrialsDirectory) {
  const Spec spec = read_spec(example("file-metrics-collector"));

  EXPECT_EQ(spec.metrics_collector.path, "/katib/mnist.log");
  EXPECT_EQ(spec.trial_template->moved_paths,
            (std::vector<MovedPath>{
                {"/katib/mnist.log", MovedPath::Into::trial_directory, "metrics/mnist.log"},
                {"/katib", MovedPath::Into::trial_directory, "metrics"}}));
}

TEST(KatibExamples, ADirectoryOfEventFilesKeepsItsNameInTheTrialsDirectory) {
  const SpecOptions below{.set = {{"metricsCollectorSpec.source.fileSystemPath.path",
                                   "/mnist-with-summaries-logs/test"}}};

  EXPECT_EQ(read_spec(example("tfjob-mnist-with-summaries")).trial_template->moved_paths,
            (std::vector<MovedPath>{{"/mnist-with-summaries-logs", MovedPath::Into::trial_directory,
                                     "metrics/mnist-with-summaries-logs"}}));
  EXPECT_EQ(
      read_spec(example("tfjob-mnist-with-summaries"), below).trial_template->moved_paths,
      (std::vector<MovedPath>{
          {"/mnist-with-summaries-logs/test", MovedPath::Into::trial_directory, "metrics/test"},
          {"/mnist-with-summaries-logs", MovedPath::Into::trial_directory, "metrics"}}));
}

TEST(KatibExamples, ThePathOfPbtIsTheCheckpointDirectory) {
  const Spec spec = read_spec(example("simple-pbt"));

  EXPECT_EQ(spec.resume_policy, ResumePolicy::from_volume);
  EXPECT_TRUE(spec.resume_from_checkpoint);
  EXPECT_EQ(
      spec.trial_template->moved_paths,
      (std::vector<MovedPath>{{"/opt/katib/data", MovedPath::Into::checkpoint_directory, ""}}));
}

TEST(KatibExamples, AnMpiJobRunsItsLauncherOnTheWorkersSlots) {
  const Spec spec = read_spec(example("mpijob-horovod"));

  const TrialTemplate& read = *spec.trial_template;
  EXPECT_EQ(read.command.front(), "mpirun");
  EXPECT_EQ(read.resources.nodes, 2U) << "one for each worker";
  EXPECT_EQ(read.resources.tasks, 4U);
  EXPECT_EQ(read.resources.cpus_per_task, 2U);
  EXPECT_EQ(read.resources.gpus_per_task, 1U);
  EXPECT_TRUE(read.retain);
  EXPECT_EQ(read.kubernetes_only, "");
}

TEST(KatibExamples, APyTorchJobRunsItsMasterWithARankForEachReplica) {
  const Spec spec = read_spec(example("pytorchjob-mnist"));

  const TrialTemplate& read = *spec.trial_template;
  EXPECT_EQ(read.resources.tasks, 3U);
  EXPECT_FALSE(read.resources.nodes_given);
  EXPECT_TRUE(read.resources.memory_per_task);
  EXPECT_EQ(read.roles,
            (std::vector<std::pair<std::string, std::uint32_t>>{{"Master", 1}, {"Worker", 2}}));
  EXPECT_EQ(read.resources.gpus_per_task, 1U);
  EXPECT_EQ(read.resources.cpus_per_task, 4U);
  EXPECT_EQ(read.primary_pod_labels.at("training.kubeflow.org/job-role"), "master");
  EXPECT_EQ(read.command.back(), "--momentum=${trialParameters.momentum}");
}

TEST(KatibExamples, ReplicasAskForTheMostThatOneOfThemDoes) {
  const SpecOptions more{
      .set = {{"trialTemplate.trialSpec.spec.pytorchReplicaSpecs.Worker.template.spec"
               ".containers.pytorch.resources.limits.cpu",
               "6"}}};

  EXPECT_EQ(read_spec(example("pytorchjob-mnist"), more).trial_template->resources.cpus_per_task,
            6U);
}

TEST(KatibExamples, ReplicasWithCommandsOfTheirOwnAreForAClusterAlone) {
  const SpecOptions other{
      .set = {{"trialTemplate.trialSpec.spec.pytorchReplicaSpecs.Worker.template.spec"
               ".containers.pytorch.command.1",
               "serve.py"}}};

  EXPECT_EQ(read_spec(example("pytorchjob-mnist"), other).trial_template->kubernetes_only,
            "its Worker runs another command than its Master, and here all replicas run one");
}

TEST(KatibExamples, WhatOnlyAClusterCanRunSaysWhy) {
  EXPECT_EQ(read_spec(example("pipeline-run")).trial_template->kubernetes_only,
            "only a cluster knows what a PipelineRun is");
  EXPECT_EQ(read_spec(example("trial-configmap-source")).trial_template->kubernetes_only,
            "the template is kept in a ConfigMap of the cluster");
  EXPECT_EQ(read_spec(example("xgboostjob-lightgbm")).trial_template->kubernetes_only,
            "its container names no command, so that the image's own program runs");
}

TEST(KatibExamples, AnArchitectureSearchHasItsGraphAndOperations) {
  const Spec spec = read_spec(example("enas-cpu"));

  ASSERT_TRUE(spec.nas);
  EXPECT_EQ(spec.nas->num_layers, 8);
  EXPECT_EQ(spec.nas->input_sizes, (std::vector<std::int64_t>{32, 32, 3}));
  EXPECT_EQ(spec.nas->output_sizes, (std::vector<std::int64_t>{10}));
  ASSERT_EQ(spec.nas->operations.size(), 2U);
  EXPECT_EQ(spec.nas->operations[1].parameters.at(1),
            (Parameter{"pool_size", Integer{2, 3, 1, Distribution::uniform}}));
  EXPECT_EQ(spec.space.size(), 8U + 28U) << "an operation for each layer, and skip bits";
}

TEST(KatibExamples, MetadataOfTrialAndTemplateFillTheEnvironment) {
  const Spec spec = read_spec(example("trial-metadata-substitution"));
  const Assignment assignment{{0.02, 0.75}};
  const RunFacts facts{"t-1", spec.name_space, "/e/trials/t-1/attempt-1", "/e/c", 0};

  const TrialCommand command = render(*spec.trial_template, spec.space, assignment, facts);

  EXPECT_EQ(command.argv, (Words{"python3", "/opt/pytorch-mnist/mnist.py", "--epochs=1",
                                 "--batch-size=16", "--lr=0.02", "--momentum=0.75"}));
  EXPECT_EQ(command.env,
            (std::vector<std::pair<std::string, std::string>>{{"TRIAL_NAME", "t-1"},
                                                              {"TRIAL_NAMESPACE", "kubeflow"},
                                                              {"JOB", "Job of batch/v1"},
                                                              {"LABEL", "custom-value"},
                                                              {"ANNOTATION", "note"}}));
}

}  // namespace
}  // namespace diwan
