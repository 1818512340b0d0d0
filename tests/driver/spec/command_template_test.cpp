// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <gtest/gtest.h>

#include "driver/spec/container.hpp"
#include "driver/spec/spec.hpp"
#include "tests/driver/spec/bad_file.hpp"

namespace diwan {
namespace {

using Env = std::vector<std::pair<std::string, std::string>>;

TrialTemplate template_of(const std::vector<std::pair<std::string, std::string>>& edits) {
  return *parse_spec(edited(edits), "/data/search/experiment.yaml").trial_template;
}

TEST(CommandTemplate, HasEveryKeyOfItsKind) {
  const TrialTemplate read = template_of({as_command(R"(
        command: [python3, train.py, "--lr=${trialParameters.lr}", 5]
        workingDirectory: runs
        env: {OMP_NUM_THREADS: 4, EMPTY: ""}
        setup: [module load cuda/12, source venv/bin/activate]
        container: {apptainer: image.sif}
        resources: {nodes: 2, tasks: 8, cpusPerTask: 4, gpusPerTask: 1, memory: 16Gi, timeLimit: 1-02:00:00}
        slurm: {partition: gpu, account: abc, qos: normal, constraint: a100, extra: ["--reservation=x"]}
        retries: 2
)")});

  EXPECT_TRUE(read.command_kind);
  EXPECT_EQ(read.command,
            (std::vector<std::string>{"python3", "train.py", "--lr=${trialParameters.lr}", "5"}));
  EXPECT_EQ(read.working_directory, "/data/search/runs");
  EXPECT_EQ(read.env, (Env{{"OMP_NUM_THREADS", "4"}, {"EMPTY", ""}}));
  EXPECT_EQ(read.setup,
            (std::vector<std::string>{"module load cuda/12", "source venv/bin/activate"}));
  EXPECT_EQ(read.apptainer_image, "/data/search/image.sif");
  EXPECT_EQ(read.resources, (Resources{.nodes = 2,
                                       .nodes_given = true,
                                       .tasks = 8,
                                       .cpus_per_task = 4,
                                       .cpus_given = true,
                                       .gpus_per_task = 1,
                                       .memory_bytes = std::uint64_t{16} << 30U,
                                       .memory_per_task = false,
                                       .time_limit = std::chrono::seconds(26 * 3600)}));
  EXPECT_EQ(read.slurm, (SlurmOptions{"gpu", "abc", "normal", "a100", {"--reservation=x"}}));
  EXPECT_EQ(read.retries, 2U);
  EXPECT_EQ(read.kubernetes_only, "");
}

TEST(CommandTemplate, TakesABatchScriptForItsProgram) {
  const TrialTemplate read =
      template_of({as_command("        slurm: {script: train.sbatch, submit: false}\n")});

  EXPECT_EQ(read.command, (std::vector<std::string>{"bash", "/data/search/train.sbatch"}));
  EXPECT_EQ(read.slurm.script, "/data/search/train.sbatch");
  EXPECT_FALSE(read.slurm.submit);
}

TEST(CommandTemplate, RunsItsCommandWhereABatchScriptCannotBe) {
  const TrialTemplate read = template_of({as_command(
      "        command: [python3, train.py]\n        slurm: {script: train.sbatch}\n")});

  EXPECT_EQ(read.command, (std::vector<std::string>{"python3", "train.py"}));
  EXPECT_TRUE(read.slurm.submit);
}

TEST(CommandTemplate, RunsInTheFilesFolderWhereNothingElseIsSaid) {
  EXPECT_EQ(template_of({as_command("        command: [a]\n")}).working_directory, "/data/search");
}

TEST(CommandTemplate, LeavesAnImagesAddressAsItIs) {
  const TrialTemplate read = template_of(
      {as_command("        command: [a]\n        container: {apptainer: docker://debian:12}\n")});

  EXPECT_EQ(read.apptainer_image, "docker://debian:12");
}

TEST(CommandTemplate, NamesTheParametersThemselvesWithoutTrialParameters) {
  const TrialTemplate read = template_of({as_command("        command: [a]\n")});

  EXPECT_EQ(read.trial_parameters, (std::vector<TrialTemplate::TrialParameter>{{"lr", "", "lr"}}));
}

TEST(CommandTemplate, NeedsNeitherContainerNorConditions) {
  const TrialTemplate read = template_of({as_command("        command: [a]\n")});

  EXPECT_EQ(read.success_condition, "");
  EXPECT_EQ(read.primary_container_name, "");
}

TEST(KubernetesTemplate, WritesVariablesOutAsKubernetesDoes) {
  const TrialTemplate read = template_of(
      {{R"([python3, train.py, "--lr=${trialParameters.rate}"])",
        "[sh, -c]\n                args: [\"train --lr $(LR) --dir $(DIR) $(date) $$(LR)\"]\n"
        "                env:\n"
        "                  - {name: LR, value: \"${trialParameters.rate}\"}\n"
        "                  - {name: ROOT, value: /data}\n"
        "                  - {name: DIR, value: $(ROOT)/run}\n"
        "                  - {name: SECRET, valueFrom: {secretKeyRef: {name: a, key: b}}}"}});

  EXPECT_EQ(read.command,
            (std::vector<std::string>{
                "sh", "-c", "train --lr ${trialParameters.rate} --dir /data/run $(date) $(LR)"}));
  EXPECT_EQ(read.env,
            (Env{{"LR", "${trialParameters.rate}"}, {"ROOT", "/data"}, {"DIR", "/data/run"}}));
}

TEST(KubernetesTemplate, TakesLimitsBeforeRequests) {
  const TrialTemplate read =
      template_of({{"            restartPolicy",
                    "                resources:\n"
                    "                  requests: {cpu: 500m, memory: 1Gi, amd.com/gpu: 1}\n"
                    "                  limits: {cpu: \"2.5\", nvidia.com/gpu: 2}\n"
                    "            restartPolicy"}});

  EXPECT_EQ(read.resources.cpus_per_task, 3U);
  EXPECT_EQ(read.resources.gpus_per_task, 2U);
  EXPECT_EQ(read.resources.memory_bytes, std::uint64_t{1} << 30U);
}

TEST(KubernetesTemplate, AJobsDeadlineIsTheTimeLimit) {
  const TrialTemplate read = template_of(
      {{"        template:\n", "        activeDeadlineSeconds: 90\n        template:\n"}});

  EXPECT_EQ(read.resources.time_limit, std::chrono::seconds(90));
}

TEST(KubernetesTemplate, KeepsTheWholeObjectAsJson) {
  const TrialTemplate read =
      template_of({{"        template:\n", "        backoffLimit: 4\n        template:\n"}});

  EXPECT_EQ(read.trial_spec,
            R"({"apiVersion":"batch/v1","kind":"Job","spec":{"backoffLimit":4,"template":{"spec":)"
            R"({"containers":[{"name":"main","command":["python3","train.py",)"
            R"("--lr=${trialParameters.rate}"]}],"restartPolicy":"Never"}}}})");
}

TEST(KubernetesTemplate, FindsTheContainerOfATrainJob) {
  const TrialTemplate read = template_of({{part("    trialSpec:", ""), R"(    trialSpec:
      apiVersion: trainer.kubeflow.org/v1alpha1
      kind: TrainJob
      spec:
        runtimeRef: {name: torch}
        trainer:
          numNodes: 2
          numProcPerNode: 4
          command: [python3, train.py, "--lr=${trialParameters.rate}"]
          resourcesPerNode: {limits: {nvidia.com/gpu: 4, cpu: 16}}
)"}});

  EXPECT_EQ(read.command.front(), "python3");
  EXPECT_EQ(read.resources.nodes, 2U);
  EXPECT_EQ(read.resources.tasks, 8U);
  EXPECT_EQ(read.resources.gpus_per_task, 1U);
  EXPECT_EQ(read.resources.cpus_per_task, 4U);
  EXPECT_EQ(read.primary_pod_labels.at("batch.kubernetes.io/job-completion-index"), "0");
}

}  // namespace
}  // namespace diwan
