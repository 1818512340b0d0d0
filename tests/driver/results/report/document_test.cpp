// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/document.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "driver/results/report/page.hpp"
#include "driver/results/report/words.hpp"
#include "tests/driver/results/report/sample_run.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using Json = nlohmann::json;
using test::Sample;

const ReportSources& plain_sources() {
  static const ReportSources sources{
      .texts =
          [](const Trial& trial) {
            return TrialTexts{.arguments = "--trial=" + std::to_string(trial.number),
                              .yaml = "lr: 1\n",
                              .environment = {},
                              .command = {}};
          },
      .last_lines = [](const Trial&, RunKey run) { return "end of " + std::to_string(run.trial); }};
  return sources;
}

Json document_of(const std::filesystem::path& directory) {
  return Json::parse(json_text(report_document(read_report_facts(directory), plain_sources())));
}

/// The second of three trials is the best; one fails at its first attempt.
struct Ended3 {
  Ended3() {
    sample.succeed("a", 0.01, 0.5);
    const RunKey run = sample.start(sample.suggest("b", 0.02, 1));
    sample.observe(run, 0, {0.9, 0.4, 0.25});
    sample.observe(run, 1, {0.8});
    sample.end(run, RunOutcome::succeeded);
    sample.end(sample.start(sample.suggest("c", 0.03)), RunOutcome::failed, 3, "exit status 3");
    sample.finish("max_trials");
    sample.close(0);
  }
  Sample sample;
};

TEST(ReportDocument, HasAColumnOfEachFactOfTheTrials) {
  const Ended3 run;

  const Json trials = document_of(run.sample.directory())["trials"];

  EXPECT_EQ(trials["name"], Json({"e-a", "e-b", "e-c"}));
  EXPECT_EQ(trials["status"], Json({2, 2, 3}));
  EXPECT_EQ(trials["values"][0], Json({0.01, 0.02, 0.03}));
  EXPECT_EQ(trials["values"][1], Json({0, 1, 0}));  // of categories the index
  EXPECT_EQ(trials["objectives"], Json::parse("[[0.5,0.25,null]]"));
  EXPECT_EQ(trials["metrics"][1]["latest"], Json::parse("[null,0.8,null]"));
  EXPECT_EQ(trials["texts"][trials["reason"][2].get<std::size_t>()], "exit status 3");
}

TEST(ReportDocument, RanksTheBestAndMakesItReadyToPaste) {
  const Ended3 run;

  const Json best = document_of(run.sample.directory())["best"];

  EXPECT_EQ(best["ranking"], Json({2, 1}));
  EXPECT_EQ(best["ready"][0]["arguments"], "--trial=2");
  EXPECT_EQ(best["ready"][0]["environment"], nullptr);
}

TEST(ReportDocument, TellsTimesInMillisecondsSinceTheFirstRecord) {
  const Ended3 run;

  const Json document = document_of(run.sample.directory());

  EXPECT_EQ(document["experiment"]["origin"], "2026-01-01T00:00:00.000000Z");
  EXPECT_EQ(document["timeline"]["runs"]["start"][0], 4000);  // the fifth record
  EXPECT_EQ(document["course"]["trial"], Json({1, 2, 3}));
}

TEST(ReportDocument, GroupsFailuresWithTheirLastLines) {
  const Ended3 run;

  const Json failures = document_of(run.sample.directory())["failures"];

  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0]["kind"], "exit status 3");
  EXPECT_EQ(failures[0]["host"], "n1");
  EXPECT_EQ(failures[0]["runs"], Json::parse("[[3,1]]"));
  EXPECT_EQ(failures[0]["examples"][0]["text"], "end of 3");
}

TEST(ReportDocument, HasTheCurvesOfMetricsThatCameMoreThanOnce) {
  const Ended3 run;

  const Json curves = document_of(run.sample.directory())["curves"];

  ASSERT_EQ(curves.size(), 1U);
  EXPECT_EQ(curves[0]["metric"], 0);
  EXPECT_EQ(curves[0]["curves"][1]["values"], Json({0.9, 0.4, 0.25}));
}

TEST(ReportDocument, NamesItsDirectoryInWhatNoticesAdvise) {
  Sample sample;
  for (int i = 0; i < 40; ++i) {
    sample.succeed("t" + std::to_string(i), 0.01, 0.5 + 0.01 * i);
  }
  sample.finish("max_trials");
  sample.close(0);

  const std::string notices = document_of(sample.directory())["notices"].dump();

  const std::string name = directory_name(sample.directory());
  EXPECT_NE(notices.find("`diwan confirm " + name + "`"), std::string::npos) << notices;
  EXPECT_EQ(notices.find(" DIR`"), std::string::npos) << notices;
}

TEST(ReportDocument, TellsAnEndByFailureFromOthers) {
  const Ended3 run;
  Sample failing;
  failing.end(failing.start(failing.suggest("a", 0.01)), RunOutcome::failed, 3, "exit status 3");
  failing.finish("max_failed");
  failing.close(0);

  EXPECT_EQ(document_of(run.sample.directory())["experiment"]["failed"], false);
  EXPECT_EQ(document_of(failing.directory())["experiment"]["failed"], true);
}

TEST(ReportDocument, HasEmptyPlacesBeforeAnythingEnded) {
  Sample sample;
  sample.flush();

  const Json document = document_of(sample.directory());

  EXPECT_EQ(document["best"]["ranking"], Json::array());
  EXPECT_EQ(document["landscapes"], Json::array());
  EXPECT_EQ(document["timeline"]["lanes"], Json::array());
  EXPECT_EQ(document["timeline"]["utilisation"], nullptr);
}

TEST(ReportDocument, IsTheSameBytesHoweverOftenItIsMade) {
  const test::ScratchDirectory scratch;
  const auto directory = scratch.path() / "resnet-cifar.diwan";
  test::make_sample_run({.kind = test::SampleRun::Kind::plain, .trials = 60}, directory);
  const auto page = [&] {
    return report_page("e", report_document(read_report_facts(directory), plain_sources()));
  };

  const std::string first = page();

  EXPECT_EQ(first, page());
}

TEST(ReportDocument, IsTheSameBesideARunningOwner) {
  Sample sample;
  sample.start(sample.suggest("a", 0.01));
  sample.flush();

  const Json first = document_of(sample.directory());

  EXPECT_EQ(first["trials"]["seconds"][0], 0);  // up to the last record, not to now
  EXPECT_EQ(first, document_of(sample.directory()));
}

TEST(ReportDocument, ShowsTheOperationsOfAnArchitectureAndNotItsSkipBits) {
  Sample networks(Sample::Owner::this_process, R"(
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: e}
spec:
  objective: {type: minimize, objectiveMetricName: loss}
  algorithm: {algorithmName: enas}
  maxTrialCount: 4
  nasConfig:
    graphConfig: {numLayers: 3, inputSizes: [32], outputSizes: [10]}
    operations: [{operationType: skip_connection}]
  trialTemplate: {trialSpec: {apiVersion: diwan/v1, kind: Command, spec: {command: [a]}}}
)");
  networks.close(0);

  const Json document = document_of(networks.directory());

  ASSERT_EQ(document["parameters"][2]["name"], "skip_0_2");
  EXPECT_EQ(document["shown"], Json({0, 1, 3}));
  EXPECT_EQ(document["architecture"]["kind"], "enas");
}

TEST(ReportDocument, TellsImportancesAndSurfacesOfEnoughResults) {
  const test::ScratchDirectory scratch;
  const auto directory = scratch.path() / "resnet-cifar.diwan";
  test::make_sample_run({.kind = test::SampleRun::Kind::once, .trials = 60}, directory);

  const Json landscapes = document_of(directory)["landscapes"];

  ASSERT_EQ(landscapes.size(), 1U);
  EXPECT_EQ(landscapes[0]["parameters"].size(), 6U);
  EXPECT_EQ(landscapes[0]["curves"].size(), 6U);
  const Json& surface = landscapes[0]["surfaces"][0];
  EXPECT_EQ(surface["mean"].size(), surface["firstValues"].size() * surface["secondValues"].size());
}

TEST(ReportPage, LetsNoTextOutOfItsData) {
  const std::string hostile = test::hostile_text();
  const Value document(Value::Fields{{"text", hostile}});

  const std::string page = report_page(hostile, document);

  const std::size_t data = page.find("id=\"data\">") + 10;
  const std::string island = page.substr(data, page.find("</script>", data) - data);
  EXPECT_EQ(Json::parse(island)["text"], hostile);
  EXPECT_EQ(island.find('<'), std::string::npos);
  EXPECT_EQ(page.find("<img"), std::string::npos);
}

TEST(ReportPage, NamesTheHashesOfItsScriptAndStyle) {
  const std::string page = report_page("e", Value(Value::Fields{}));

  EXPECT_NE(page.find("script-src 'sha256-"), std::string::npos);
  EXPECT_NE(page.find("style-src 'sha256-"), std::string::npos);
  EXPECT_EQ(page.find('@'), page.find("@media"));  // no place was left open
  EXPECT_LT(page.find(report_mark), 256U);
}

}  // namespace
}  // namespace diwan
