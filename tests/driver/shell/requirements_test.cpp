// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/requirements.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace diwan {
namespace {

namespace fs = std::filesystem;

class Obstacles : public testing::Test {
 protected:
  Obstacles() {
    spec_.algorithm.name = "random";
    spec_.objectives = {{}};
    spec_.trial_template.emplace();
    spec_.trial_template->working_directory = testing::TempDir();
  }

  std::string first_with(const std::string& program) {
    spec_.trial_template->command = {program};
    const auto found = obstacles(spec_, false, TrialTasks::one);
    return found.empty() ? "" : found.front();
  }

  Spec spec_;
};

TEST_F(Obstacles, AreNoneForAProgramOnPath) { EXPECT_EQ(first_with("sh"), ""); }

TEST_F(Obstacles, AreNoneForCollectorsThatAreThere) {
  spec_.metrics_collector.collector.kind = CollectorKind::tensor_flow_event;
  EXPECT_EQ(first_with("sh"), "");
  spec_.metrics_collector.collector.kind = CollectorKind::prometheus_metric;
  EXPECT_EQ(first_with("sh"), "");
}

TEST_F(Obstacles, AreSeveralTasksWhereATrialHasOne) {
  spec_.trial_template->command = {"sh"};
  spec_.trial_template->resources.tasks = 4;

  const auto found = obstacles(spec_, false, TrialTasks::one);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("a trial has 4 tasks on 1 node, which --launcher slurm-step runs"),
            std::string::npos);
  EXPECT_TRUE(obstacles(spec_, false, TrialTasks::several).empty());
}

TEST_F(Obstacles, NameAProgramThatIsNotThere) {
  EXPECT_NE(first_with("no-such-program-here").find("is not on PATH"), std::string::npos);
  EXPECT_NE(first_with("./no-such-program").find("does not exist"), std::string::npos);
}

TEST_F(Obstacles, NameADirectoryForAProgram) {
  EXPECT_NE(first_with("/etc").find("is a directory (/etc); give the program in it"),
            std::string::npos);
}

TEST_F(Obstacles, AreNoneForADirectoryThatATrialsValuesName) {
  spec_.trial_template->working_directory = "/nowhere/${trialParameters.x}";

  EXPECT_EQ(first_with("sh"), "");
}

TEST_F(Obstacles, NameAProgramThatIsNotExecutable) {
  const fs::path file = fs::path(testing::TempDir()) / "plain-file";
  std::ofstream(file) << "text";
  chmod(file.c_str(), 0600);

  EXPECT_NE(first_with("./plain-file").find("is not executable"), std::string::npos);
}

TEST_F(Obstacles, NameAContainerThatCannotRunHere) {
  spec_.trial_template->command = {"train"};
  spec_.trial_template->apptainer_image = "/nowhere/image.sif";
  spec_.trial_template->setup = {"module load apptainer"};

  const auto found = obstacles(spec_, false, TrialTasks::one);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("container image /nowhere/image.sif does not exist"), std::string::npos);

  spec_.trial_template->apptainer_image = "docker://debian:12";
  EXPECT_TRUE(obstacles(spec_, false, TrialTasks::one).empty()) << "setup may bring the runtime";
}

TEST_F(Obstacles, NameWhatThisVersionCannotRun) {
  spec_.trial_template->command = {"sh"};
  spec_.algorithm.name = "of-a-later-version";

  const auto found = obstacles(spec_, false, TrialTasks::one);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].rfind("spec.algorithm: ", 0), 0U);
}

TEST_F(Obstacles, NameACollectorThatIsNotHere) {
  spec_.trial_template->command = {"sh"};
  spec_.metrics_collector.program.emplace();
  spec_.metrics_collector.program->command = {"no-such-collector"};

  const auto found = obstacles(spec_, false, TrialTasks::one);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0],
            "spec.metricsCollectorSpec.collector.customCollector: the command "
            "\"no-such-collector\" is not on PATH; install it, or give its path");
}

TEST_F(Obstacles, AreTrialsThatWouldShareAPort) {
  spec_.metrics_collector.collector.kind = CollectorKind::prometheus_metric;
  spec_.metrics_collector.http_port = 9090;

  EXPECT_EQ(port_obstacle(spec_, 1), std::nullopt);
  ASSERT_TRUE(port_obstacle(spec_, 2));
  EXPECT_NE(port_obstacle(spec_, 2)->find("(9090), and 2 trials would run at a time"),
            std::string::npos);

  spec_.metrics_collector.http_port = std::nullopt;
  EXPECT_EQ(port_obstacle(spec_, 2), std::nullopt);
}

TEST_F(Obstacles, AreNoneOfSeveralObjectives) {
  spec_.trial_template->command = {"sh"};
  spec_.objectives.resize(2);

  EXPECT_TRUE(obstacles(spec_, false, TrialTasks::one).empty());
}

}  // namespace
}  // namespace diwan
