// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/driver/cli/program.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

class SubmitTest : public ::testing::Test {
 protected:
  void experiment(const std::string& resources, const std::string& slurm) const {
    std::ofstream(directory_ / "search.yaml") << R"(
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: search}
spec:
  objective: {type: minimize, objectiveMetricName: loss}
  maxTrialCount: 100
  parallelTrialCount: 4
  parameters:
    - {name: x, parameterType: double, feasibleSpace: {min: "-1", max: "1"}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec:
        command: [bash, trial.sh, "${trialParameters.x}"]
        resources: )" << resources
                                              << "\n        slurm: " << slurm << "\n";
  }
  test::ProgramResult submit(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"submit", "search.yaml"});
    return test::run_diwan(arguments, {.in = {}, .directory = directory_, .env = {}});
  }
  /// The #SBATCH lines, without that word.
  std::string options_in(const std::string& script) const {
    std::string options;
    std::istringstream lines(script);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("#SBATCH ")) {
        options += line.substr(8) + "\n";
      }
    }
    return options;
  }

  const test::ScratchDirectory scratch_;
  const std::filesystem::path directory_ = scratch_.path();
};

TEST_F(SubmitTest, AsksForATaskForEachTrialAndOneThatCoordinates) {
  experiment("{cpusPerTask: 2, memory: 4Gi}",
             "{partition: cpu, account: abc, qos: normal, constraint: skylake, extra: "
             "[\"--reservation=the day\"]}");
  const auto shown = submit({"--print", "--", "--time=1:00:00"});

  ASSERT_EQ(shown.status, 0) << shown.err;
  EXPECT_EQ(options_in(shown.out),
            "--job-name=search\n--output=search-%j.log\n--open-mode=append\n--account=abc\n"
            "--partition=cpu\n--qos=normal\n--ntasks=5\n--cpus-per-task=2\n--mem-per-cpu=2048M\n"
            "--constraint=skylake\n\"--reservation=the day\"\n--requeue\n");
  EXPECT_NE(shown.out.find("diwan run \"$experiment\" \"$@\" &"), std::string::npos);
  EXPECT_NE(shown.out.find("usage: sbatch search.sbatch EXPERIMENT.yaml"), std::string::npos);
  EXPECT_NE(shown.out.find("# sbatch --time=1:00:00 search.sbatch search.yaml"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "search.sbatch"));
}

TEST_F(SubmitTest, AsksForTheGpusOfAllTrials) {
  experiment("{gpusPerTask: 2, cpusPerTask: 8}", "{}");
  const auto shown = submit({"--print"});

  ASSERT_EQ(shown.status, 0) << shown.err;
  EXPECT_NE(options_in(shown.out).find("--gpus-per-node=8\n--cpus-per-task=32\n"),
            std::string::npos)
      << shown.out;
}

TEST_F(SubmitTest, AsksForTheNodesOfTrialsThatBecomeSteps) {
  experiment("{nodes: 2, tasks: 8, cpusPerTask: 3, gpusPerTask: 1, memory: 4Gi}", "{}");
  const auto shown = submit({"--print"});

  ASSERT_EQ(shown.status, 0) << shown.err;
  EXPECT_NE(options_in(shown.out).find("--nodes=8\n--ntasks-per-node=4\n--cpus-per-task=3\n"
                                       "--gpus-per-node=4\n--mem=4096M\n"),
            std::string::npos)
      << shown.out;
  EXPECT_NE(shown.out.find("diwan run \"$experiment\" --launcher slurm-step"), std::string::npos);
}

TEST_F(SubmitTest, TheCoordinatorOfArraysIsSmallAndInTheDefaultPartition) {
  experiment("{gpusPerTask: 2, memory: 64Gi}", "{partition: gpu, account: abc}");
  const auto shown = submit({"--mode", "array", "--print", "--set", "maxTrialCount=7"});

  ASSERT_EQ(shown.status, 0) << shown.err;
  EXPECT_EQ(options_in(shown.out),
            "--job-name=search\n--output=search-%j.log\n--open-mode=append\n--account=abc\n"
            "--ntasks=1\n--cpus-per-task=1\n--mem=1G\n--signal=B:USR1@120\n--requeue\n");
  EXPECT_NE(shown.out.find("--launcher slurm"), std::string::npos);
  EXPECT_NE(shown.out.find("search.yaml --set maxTrialCount=7"), std::string::npos);
}

TEST_F(SubmitTest, PilotsAreGivenToTheCoordinatorOfArrays) {
  experiment("{cpusPerTask: 2}", "{}");
  const auto shown = submit({"--mode", "array", "--pilots", "32", "--print"});
  const auto alone = submit({"--pilots", "32", "--print"});

  ASSERT_EQ(shown.status, 0) << shown.err;
  EXPECT_NE(shown.out.find("\n# sbatch search.sbatch search.yaml --pilots 32\n"), std::string::npos)
      << shown.out;
  EXPECT_EQ(alone.status, 2);
  EXPECT_NE(alone.err.find("give --mode array with it"), std::string::npos) << alone.err;
}

TEST_F(SubmitTest, RefusesWhatCannotRunOrCannotBeWritten) {
  experiment("{nodes: 2, tasks: 8}", "{}");
  EXPECT_NE(submit({"--print", "--mode", "array"}).err.find("trials become steps of one job"),
            std::string::npos);
  experiment("{}", R"({partition: "a\n#SBATCH --uid=0"})");
  const auto spliced = submit({"--print"});
  EXPECT_EQ(spliced.status, 2);
  EXPECT_NE(spliced.err.find("cannot stand in a batch script"), std::string::npos) << spliced.err;
  experiment("{}", "{}");
  std::ofstream(directory_ / "search.sbatch") << "#!/bin/sh\necho mine\n";
  const auto other = submit({"--print"});
  EXPECT_EQ(other.status, 2);
  EXPECT_NE(other.err.find("was not written by this command"), std::string::npos) << other.err;
}

TEST_F(SubmitTest, DoesNotLetSlurmLookForAConfigurationThatIsNotThere) {
  experiment("{}", "{}");
  const auto refused = test::run_diwan(
      {"submit", "search.yaml"},
      {.in = {}, .directory = directory_, .env = {{"SLURM_CONF", "/nowhere/slurm.conf"}}});

  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("SLURM_CONF names /nowhere/slurm.conf, which cannot be read (No such "
                             "file or directory)"),
            std::string::npos)
      << refused.err;
}

TEST_F(SubmitTest, NamesTheConfigurationThatIsMissing) {
  experiment("{}", "{}");
  std::filesystem::create_directory(directory_ / "bin");
  std::ofstream(directory_ / "bin/sbatch") << R"(#!/bin/sh
echo 'sbatch: fatal: Could not establish a configuration source' >&2; exit 1
)";
  std::filesystem::permissions(directory_ / "bin/sbatch", std::filesystem::perms::owner_all);
  const auto refused =
      test::run_diwan({"submit", "search.yaml"},
                      {.in = {},
                       .directory = directory_,
                       .env = {{"PATH", (directory_ / "bin").native() + ":/usr/bin:/bin"}}});

  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("set SLURM_CONF to the path"), std::string::npos) << refused.err;
}

}  // namespace
}  // namespace diwan
