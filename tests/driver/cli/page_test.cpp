// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <sstream>

#include <gtest/gtest.h>

#include "driver/results/table.hpp"
#include "tests/driver/cli/program.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using test::run_diwan;
using test::Sample;

/// Long names, wide characters, twelve parameters.
std::string wordy_spec() {
  std::string parameters;
  for (const char* name :
       {"learning_rate_of_the_encoder", "学習率", "größe", "weight_decay_of_the_decoder", "p5",
        "p6", "p7", "p8", "p9", "p10", "p11", "p12"}) {
    parameters += "    - {name: \"" + std::string(name) +
                  "\", parameterType: double, feasibleSpace: {min: \"0.001\", max: \"0.1\"}}\n";
  }
  return R"(apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata:
  name: a-search-with-quite-a-long-name-for-one
spec:
  objective:
    type: minimize
    objectiveMetricName: validation/loss_over_the_whole_of_the_held_out_set_精度
    additionalMetricNames: [another_metric_with_a_name_that_is_far_too_long]
  algorithm: {algorithmName: random}
  seed: 7
  maxTrialCount: 40
  parameters:
)" + parameters +
         R"(  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec: {command: [/bin/echo, "${trialParameters.p5}"]}
)";
}

/// One trial that succeeded, one that failed for a long reason, one that runs.
class Wordy : public testing::Test {
 protected:
  Wordy() : sample_(Sample::Owner::this_process, wordy_spec()) {
    const RunKey good = begin("k1aa");
    for (std::int64_t step = 1; step < 4; ++step) {
      sample_.observe(good, 0, {0.123456789 / static_cast<double>(step)}, step * 100000);
    }
    sample_.end(good, RunOutcome::succeeded);
    sample_.end(begin("k2bb"), RunOutcome::failed, 3,
                "exit status 3, after which there was a great deal that could have been said");
    begin("k3cc");
    sample_.flush();
  }
  RunKey begin(const std::string& name) {
    Suggested event;
    event.trial = static_cast<std::uint32_t>(sample_.experiment().trials().size()) + 1;
    event.name = "a-search-with-quite-a-long-name-for-one-" + name;
    event.assignment.values.assign(12, 0.0123456789);
    sample_.record(event);
    return sample_.start(event.trial);
  }
  /// What a command prints at 80 columns; no line is wider.
  std::string page(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin() + 1, sample_.directory().string());
    const auto result =
        run_diwan(arguments, {.in = "", .directory = {}, .env = {{"COLUMNS", "80"}}});
    EXPECT_EQ(result.status, 0) << result.err;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
      // a word that is wider than the page is never cut: it may be a path or a command
      EXPECT_TRUE(width_of(line) <= 80 || line.find(' ', 10) == std::string::npos) << line;
    }
    return result.out;
  }

  Sample sample_;
};

TEST_F(Wordy, StatusFitsAndTellsAllParametersOfTheBest) {
  const std::string page = this->page({"status"});

  EXPECT_NE(page.find("学習率=0.0123456789"), std::string::npos) << page;
  EXPECT_NE(page.find("p12=0.0123456789"), std::string::npos) << page;
}

TEST_F(Wordy, TrialsFitAndKeepTheirNumbers) {
  const std::string page = this->page({"trials"});

  EXPECT_NE(page.find("k1aa"), std::string::npos) << page;
  EXPECT_NE(page.find("  0.0411523  "), std::string::npos) << page;
  EXPECT_NE(page.find("\nno room for "), std::string::npos) << page;
  EXPECT_NE(this->page({"trials", "--status", "Failed"}).find("  exit status"), std::string::npos);
}

TEST_F(Wordy, BestTellsAllParametersBelowTheTable) {
  const std::string page = this->page({"best"});

  EXPECT_NE(page.find("  0.0411523  "), std::string::npos) << page;
  EXPECT_NE(page.find("\n#1 learning_rate_of_the_encoder=0.0123456789"), std::string::npos) << page;
  EXPECT_NE(page.find("p12=0.0123456789"), std::string::npos) << page;
}

TEST_F(Wordy, MetricsFitAndKeepStepsValuesAndTimes) {
  const std::string page = this->page({"metrics", "1"});

  EXPECT_NE(page.find("300000  0.0411523"), std::string::npos) << page;
  EXPECT_NE(page.find("2026-01-01T00:00:"), std::string::npos) << page;
}

TEST_F(Wordy, ComparisonsFit) {
  const std::string page = this->page({"compare"});

  EXPECT_NE(page.find("0.0411523"), std::string::npos) << page;
}

TEST_F(Wordy, AnExplanationFits) {
  const std::string page = this->page({"explain", "2"});

  EXPECT_NE(page.find("great deal that could have been\n          said"), std::string::npos)
      << page;
}

}  // namespace
}  // namespace diwan
