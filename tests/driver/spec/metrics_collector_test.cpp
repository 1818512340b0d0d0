// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/driver/spec/bad_file.hpp"

namespace diwan {
namespace {

using Words = std::vector<std::string>;
using Env = std::vector<std::pair<std::string, std::string>>;

/// The sound experiment with these lines in place of its collector, and one trial at a time.
Spec with_collector(const std::string& lines,
                    const std::vector<std::pair<std::string, std::string>>& more = {}) {
  std::vector<std::pair<std::string, std::string>> edits = {
      {"parallelTrialCount: 2", "parallelTrialCount: 1"},
      {"  trialTemplate:\n", "  metricsCollectorSpec:\n" + lines + "  trialTemplate:\n"}};
  edits.insert(edits.end(), more.begin(), more.end());
  return parse_spec(edited(edits), "/data/experiment.yaml");
}

bool about_the_filter(const std::string& note) {
  return note.find(R"('(val/loss)\s*=\s*([-+.\w]+)')") != std::string::npos;
}

TEST(MetricsCollector, ANameThatTheDefaultFilterDoesNotReadIsNoted) {
  const std::vector<std::pair<std::string, std::string>> slash = {
      {"objectiveMetricName: loss", "objectiveMetricName: val/loss"}};
  const std::string filter = R"(    source: {filter: {metricsFormat: ['(\S+)=(\S+)']}})";

  const std::vector<std::string> noted =
      with_collector("    collector: {kind: StdOut}\n", slash).notes;
  const std::vector<std::string> with_filter =
      with_collector("    collector: {kind: StdOut}\n" + filter + "\n", slash).notes;
  const std::vector<std::string> pushed =
      with_collector("    collector: {kind: Push}\n", slash).notes;

  EXPECT_EQ(std::count_if(noted.begin(), noted.end(), about_the_filter), 1);
  EXPECT_EQ(std::count_if(with_filter.begin(), with_filter.end(), about_the_filter), 0);
  EXPECT_EQ(std::count_if(pushed.begin(), pushed.end(), about_the_filter), 0);
}

TEST(MetricsCollector, PrometheusIsAskedAtKatibsPlaceWhereNothingElseIsSaid) {
  const CollectorSource source =
      with_collector("    collector: {kind: PrometheusMetric}\n").metrics_collector;

  EXPECT_EQ(source.http_port, 8080);
  EXPECT_EQ(source.http_path, "/metrics");
}

TEST(MetricsCollector, PrometheusIsAskedAtEachTrialsOwnPortWhereTheTemplateNamesIt) {
  const std::vector<std::pair<std::string, std::string>> own = {
      {R"("--lr=${trialParameters.rate}")",
       R"("--lr=${trialParameters.rate}", "${trialSpec.Port}")"},
      {"parallelTrialCount: 1", "parallelTrialCount: 4"}};

  const Spec unsaid = with_collector("    collector: {kind: PrometheusMetric}\n", own);
  const Spec said = with_collector(
      "    collector: {kind: PrometheusMetric}\n    source: {httpGet: {port: "
      "\"${trialSpec.Port}\", path: /m, httpHeaders: [{name: X-Key, value: a b}]}}\n",
      {{"parallelTrialCount: 1", "parallelTrialCount: 4"}});

  EXPECT_EQ(unsaid.metrics_collector.http_port, std::nullopt);
  EXPECT_EQ(said.metrics_collector.http_port, std::nullopt);
  EXPECT_EQ(said.metrics_collector.http_path, "/m");
  EXPECT_EQ(said.metrics_collector.http_headers, (Env{{"X-Key", "a b"}}));
}

TEST(MetricsCollector, AFixedPortIsEnoughForOneTrialAtATime) {
  EXPECT_EQ(with_collector("    collector: {kind: PrometheusMetric}\n    source: {httpGet: {port: "
                           "9090}}\n")
                .metrics_collector.http_port,
            9090);
}

TEST(MetricsCollector, ACustomOneIsTheProgramOfItsContainer) {
  const Spec spec = with_collector(
      "    collector:\n      kind: Custom\n      customCollector:\n        name: c\n"
      "        command: [python3, collect.py]\n        args: [$(WHERE)]\n"
      "        env: [{name: WHERE, value: here}]\n");

  ASSERT_TRUE(spec.metrics_collector.program);
  const TrialTemplate& program = *spec.metrics_collector.program;
  EXPECT_EQ(program.command, (Words{"python3", "collect.py", "here"}));
  EXPECT_EQ(program.env, (Env{{"WHERE", "here"}}));
  EXPECT_EQ(program.working_directory, "/data");
  EXPECT_EQ(spec.metrics_collector.path, "");
  EXPECT_EQ(spec.metrics_collector.collector.format, FileFormat::text);
}

TEST(MetricsCollector, ACustomOnesFileIsEachTrialsOwnInItsCommandToo) {
  const Spec spec = with_collector(
      "    collector:\n      kind: Custom\n      customCollector: {name: c, command: [collect, "
      "--path=/var/log/m.log]}\n    source: {fileSystemPath: {path: /var/log/m.log, kind: File, "
      "format: JSON}}\n");
  const RunFacts facts{.trial_name = "t",
                       .experiment_namespace = "",
                       .trial_directory = "/run/t",
                       .checkpoint_directory = "/run/c",
                       .port = 0};

  const TrialCommand command = render(*spec.metrics_collector.program, spec.space, {{0.1}}, facts);

  EXPECT_EQ(command.argv, (Words{"collect", "--path=/run/t/metrics/m.log"}));
  EXPECT_EQ(spec.metrics_collector.collector.format, FileFormat::json);
}

}  // namespace
}  // namespace diwan
