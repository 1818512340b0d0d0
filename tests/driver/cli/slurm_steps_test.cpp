// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// What is said of trials of several tasks where no Slurm is needed to say it; steps themselves are
// in tests/slurm.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/driver/cli/program.hpp"

namespace diwan {
namespace {

class SlurmSteps : public ::testing::Test {
 protected:
  SlurmSteps() {
    std::string pattern = std::filesystem::temp_directory_path() / "steps-XXXXXX";
    directory_ = mkdtemp(pattern.data());
  }
  ~SlurmSteps() override { std::filesystem::remove_all(directory_); }

  void experiment(const std::string& template_text) const {
    std::ofstream(directory_ / "search.yaml") << R"(
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: search}
spec:
  objective: {type: minimize, objectiveMetricName: loss}
  algorithm: {algorithmName: random}
  maxTrialCount: 2
  parameters:
    - {name: x, parameterType: double, feasibleSpace: {min: "-1", max: "1"}}
  trialTemplate:
)" << template_text;
  }
  void command(const std::string& resources) const {
    experiment(R"(    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec:
        command: [sh, -c, exit, "${trialParameters.x}"]
        resources: )" +
               resources + "\n");
  }
  test::ProgramResult run(const std::vector<std::string>& arguments,
                          const std::vector<std::pair<std::string, std::string>>& env = {}) const {
    return test::run_diwan(arguments, {.in = {}, .directory = directory_, .env = env});
  }
  bool made() const { return std::filesystem::exists(directory_ / "search.diwan"); }

  std::filesystem::path directory_;
};

TEST_F(SlurmSteps, AreRefusedOutsideAJob) {
  command("{nodes: 2, tasks: 4}");
  const auto result = run({"run", "search.yaml", "--launcher", "slurm-step"});

  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("this is no Slurm job (SLURM_JOB_ID is not set)"), std::string::npos)
      << result.err;
  EXPECT_FALSE(made());
}

TEST_F(SlurmSteps, AreWhatOtherLaunchersPointTo) {
  command("{nodes: 2, tasks: 4}");
  const auto result = run({"run", "search.yaml"});

  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("4 tasks on 2 nodes, which --launcher slurm-step runs in a Slurm job"),
            std::string::npos)
      << result.err;
  EXPECT_FALSE(made());
}

TEST_F(SlurmSteps, AreTakenInAJobAndRefusedWhereTheyAreLargerThanIt) {
  command("{nodes: 2, tasks: 4, gpusPerTask: 3}");
  const std::filesystem::path scontrol = directory_ / "scontrol";
  std::ofstream(scontrol) << "#!/bin/sh\n"
                             "echo 'JobId=5 Nodes=n[1-2] CPU_IDs=0-15 Mem=0 GRES=gpu:4(IDX:0-3)'\n";
  std::filesystem::permissions(scontrol, std::filesystem::perms::owner_all);
  const auto result =
      run({"run", "search.yaml"},
          {{"SLURM_JOB_ID", "5"}, {"PATH", directory_.native() + ":/usr/bin:/bin"}});

  EXPECT_EQ(result.status, 2);
  EXPECT_NE(
      result.err.find("spec.trialTemplate.trialSpec.spec.resources.gpusPerTask: a trial asks for 6 "
                      "GPUs on each of 2 nodes, and job 5 has 2 nodes with 16 CPUs, 4 GPUs"),
      std::string::npos)
      << result.err;
  EXPECT_FALSE(made());
}

TEST_F(SlurmSteps, AreToldByValidate) {
  command("{nodes: 2, tasks: 4, cpusPerTask: 2, gpusPerTask: 1}");
  EXPECT_NE(
      run({"validate", "search.yaml"})
          .out.find("tasks       4 tasks on 2 nodes, 2 CPUs and 1 GPU each, told apart by RANK"),
      std::string::npos);

  command("{nodes: 2}");
  EXPECT_NE(run({"validate", "search.yaml"})
                .out.find("tasks       the command starts its others on 2 nodes"),
            std::string::npos);
}

TEST_F(SlurmSteps, OfReplicasAreToldByTheirRoles) {
  experiment(R"(    primaryContainerName: main
    trialParameters: [{name: x, reference: x}]
    trialSpec:
      apiVersion: kubeflow.org/v1
      kind: PyTorchJob
      spec:
        pytorchReplicaSpecs:
          Master: {replicas: 1, template: &pod {spec: {containers: [{name: main, image: none,
            command: [sh, -c, exit, "${trialParameters.x}"], resources: {limits: {cpu: 4}}}]}}}
          Worker: {replicas: 2, template: *pod}
)");
  const auto result = run({"validate", "search.yaml"});

  EXPECT_NE(
      result.out.find("tasks       3 tasks (1 Master, 2 Worker), 4 CPUs each, told apart by RANK"),
      std::string::npos)
      << result.out << result.err;
}

}  // namespace
}  // namespace diwan
