// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// The experiment files that are shipped: each reads without a problem and starts what it says.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "driver/spec/spec.hpp"
#include "driver/spec/trial_template.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

const fs::path& fashion_mnist() {
  static const fs::path folder = fs::path(DIWAN_EXAMPLES) / "fashion-mnist";
  return folder;
}

std::vector<Spec> all_files() {
  return {read_spec(fashion_mnist() / "experiment.yaml"),
          read_spec(fashion_mnist() / "experiment-katib.yaml"),
          read_spec(fashion_mnist() / "pytorch" / "experiment-pytorch.yaml")};
}

TrialCommand command_of(const Spec& spec) {
  const Assignment assignment{{0.01, 1, 128, 0.5, 1e-4, 0.25}};
  const RunFacts facts{.trial_name = "trial-a1",
                       .experiment_namespace = "default",
                       .trial_directory = "/run/trial",
                       .checkpoint_directory = "/run/checkpoint",
                       .port = 1};
  return render(*spec.trial_template, spec.space, assignment, facts);
}

TEST(ExampleFiles, AllSearchTheSame) {
  const std::vector<Spec> specs = all_files();

  for (const Spec& spec : specs) {
    EXPECT_EQ(spec.space, specs.front().space) << spec.file;
    EXPECT_EQ(spec.metrics, specs.front().metrics) << spec.file;
    EXPECT_EQ(spec.budget, specs.front().budget) << spec.file;
  }
}

TEST(ExampleFiles, OfTrialsOfSeveralTasksSaysHowMany) {
  const Spec spec = read_spec(fs::path(DIWAN_EXAMPLES) / "sbatch" / "multi-node-trials.yaml");

  EXPECT_EQ(spec.trial_template->resources.nodes, 2U);
  EXPECT_EQ(spec.trial_template->resources.tasks, 4U);
}

TEST(ExampleFiles, HaveNamesOfTheirOwn) {
  const std::vector<Spec> specs = all_files();

  EXPECT_NE(specs[0].name, specs[1].name);
  EXPECT_NE(specs[0].name, specs[2].name);
  EXPECT_NE(specs[1].name, specs[2].name);
}

TEST(ExampleFiles, AllGiveTheTrainerTheSameOptions) {
  const std::vector<std::string> options = {"--learning-rate=0.01",  "--batch-size=32",
                                            "--hidden-units=128",    "--momentum=0.5",
                                            "--weight-decay=0.0001", "--dropout=0.25"};

  for (const Spec& spec : all_files()) {
    const std::vector<std::string> argv = command_of(spec).argv;
    ASSERT_GE(argv.size(), options.size()) << spec.file;
    EXPECT_EQ(std::vector<std::string>(argv.end() - 6, argv.end()), options) << spec.file;
  }
}

TEST(ExampleFiles, StartAProgramBesideTheFile) {
  const std::vector<Spec> specs = all_files();

  for (const Spec& spec : {specs[0], specs[1]}) {
    const TrialCommand command = command_of(spec);
    EXPECT_EQ(command.argv.front(), "./train");
    EXPECT_EQ(fs::path(command.working_directory).lexically_normal(), fashion_mnist());
  }
  const TrialCommand python = command_of(specs[2]);
  EXPECT_EQ(python.argv[0], "python3");
  EXPECT_TRUE(fs::exists(fs::path(python.working_directory) / python.argv[1]));
  EXPECT_EQ(::access((fashion_mnist() / "train").c_str(), X_OK), 0);
}

TEST(ExampleFiles, SearchWithMedianstopByOneOption) {
  const fs::path program = fashion_mnist() / "early-stopping";
  std::ifstream file(program);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  SpecOptions options;
  options.set = {{"earlyStopping.algorithmName", "medianstop"}};

  const Spec spec = read_spec(fashion_mnist() / "experiment.yaml", options);

  ASSERT_TRUE(spec.early_stopping);
  EXPECT_EQ(spec.early_stopping->name, "medianstop");
  EXPECT_NE(text.find("earlyStopping.algorithmName=medianstop"), std::string::npos);
  EXPECT_EQ(::access(program.c_str(), X_OK), 0);
}

}  // namespace
}  // namespace diwan
