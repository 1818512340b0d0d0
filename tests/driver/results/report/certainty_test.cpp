// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/certainty.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "driver/results/best.hpp"
#include "driver/results/report/document.hpp"
#include "tests/driver/results/report/sample_run.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using Json = nlohmann::json;
using test::SampleRun;

/// A search of 60 trials, with what is made of it.
struct Searched {
  explicit Searched(SampleRun::Kind kind = SampleRun::Kind::plain) {
    test::make_sample_run({.kind = kind, .trials = 60}, directory);
  }

  Json document() const { return document_of(directory); }
  static Json document_of(const std::filesystem::path& directory) {
    const ReportSources sources{.texts = [](const Trial&) { return TrialTexts{}; },
                                .last_lines = [](const Trial&, RunKey) { return ""; }};
    return Json::parse(json_text(report_document(read_report_facts(directory), sources)));
  }

  test::ScratchDirectory scratch;
  std::filesystem::path directory = scratch.path() / "resnet-cifar.diwan";
};

TEST(Certainty, HasWhatRunsMadeAgainGaveBesideWhatWasFound) {
  const Searched searched;
  const std::uint32_t best = load(searched.directory).experiment.best().value();
  test::make_sample_confirmation(searched.directory);

  const Json document = searched.document();

  const Json& certainty = document["certainty"];
  EXPECT_EQ(certainty["inForce"], 0);
  const Json& trials = certainty["confirmations"][0]["trials"];
  ASSERT_EQ(trials.size(), 3U);
  EXPECT_NE(trials[0]["trial"], best);  // the best was lucky
  EXPECT_EQ(trials[0]["lead"], nullptr);
  EXPECT_EQ(trials[0]["objectives"][0]["values"].size(), 5U);
  EXPECT_LT(trials[0]["objectives"][0]["found"], trials[0]["objectives"][0]["mean"]);
  for (const std::size_t other : {1U, 2U}) {
    const Json& lead = trials[other]["lead"];
    EXPECT_LT(lead["value"], 0);  // it minimises
    EXPECT_LT(lead["low"], lead["value"]);
    EXPECT_EQ(lead["sure"], lead["pValue"].get<double>() < 0.05 / 2);  // two are compared
  }
  EXPECT_EQ(document["best"]["ready"][1]["trial"], trials[0]["trial"]);
}

TEST(Certainty, RanksEachRunInTheReportOfAConfirmation) {
  const Searched searched;
  test::make_sample_confirmation(searched.directory);
  const std::filesystem::path confirmation = searched.directory / "confirm-1";

  const Json best = Searched::document_of(confirmation)["best"];

  EXPECT_EQ(best["ranking"].size(), 15U);  // three trials, five runs each
  EXPECT_EQ(best["ranking"][0], best_trial(load(confirmation)).value());
  ASSERT_EQ(best["ready"].size(), 1U);
  EXPECT_EQ(best["ready"][0]["trial"], best["ranking"][0]);
}

TEST(Certainty, ComparesTheFirstTrialOnlyWithRunsOfTheSameSettings) {
  const Searched searched;
  test::make_sample_confirmation(searched.directory);
  test::make_sample_confirmation(searched.directory,
                                 {{"trialTemplate.trialSpec.spec.env.EPOCHS", "\"90\""}});

  const Json certainty = searched.document()["certainty"];

  EXPECT_TRUE(certainty["confirmations"][0]["first"]["sure"]);
  EXPECT_EQ(certainty["confirmations"][1]["first"], nullptr);
  EXPECT_EQ(certainty["confirmations"][1]["set"][0],
            "trialTemplate.trialSpec.spec.env.EPOCHS=\"90\"");
  EXPECT_EQ(certainty["inForce"], 1);  // the last
}

TEST(Certainty, SaysHowToKnowMoreWhereNothingWasRunAgain) {
  const Searched searched;

  const Json certainty = searched.document()["certainty"];

  EXPECT_EQ(certainty["confirmations"], Json::array());
  EXPECT_EQ(certainty["inForce"], nullptr);
  EXPECT_EQ(certainty["command"], "diwan confirm resnet-cifar.diwan");
}

TEST(Certainty, MeasuresTheBestByTheTrialsThatLearnedFromNone) {
  const Searched searched;

  const Json baseline = searched.document()["certainty"]["baseline"];

  EXPECT_EQ(baseline["label"], nullptr);
  EXPECT_GE(baseline["results"], 5);
  EXPECT_EQ(baseline["draws"], baseline["results"]);
  EXPECT_EQ(baseline["share"]["asGood"], 0);
  EXPECT_GT(baseline["share"]["high"], 0.1);
}

TEST(Certainty, MeasuresTheBestByAnotherSearch) {
  const Searched searched;
  const Searched random(SampleRun::Kind::random);
  ReportFacts facts = read_report_facts(searched.directory);

  facts.baseline = baseline_of(facts.loaded, load(random.directory));
  const Json certainty =
      Json::parse(json_text(certainty_value(facts.loaded, facts.baseline, facts.confirmations)));

  const Json& baseline = certainty["baseline"];
  EXPECT_EQ(baseline["label"], "resnet-cifar");
  EXPECT_EQ(baseline["algorithm"], "random");
  EXPECT_LE(baseline["draws"], baseline["results"]);
  EXPECT_LE(baseline["low"], baseline["best"]);
  EXPECT_LE(baseline["best"], baseline["high"]);
}

TEST(Certainty, LeavesOutAConfirmationThatConfirmsNothing) {
  const Searched searched;
  test::make_sample_run({.kind = SampleRun::Kind::once, .trials = 2},
                        searched.directory / "confirm-1");

  const ReportFacts facts = read_report_facts(searched.directory);

  EXPECT_TRUE(facts.confirmations.empty());
  ASSERT_EQ(facts.problems.size(), 1U);
  EXPECT_NE(facts.problems[0].find("confirm-1 holds an experiment that confirms no trials of"),
            std::string::npos)
      << facts.problems[0];
}

}  // namespace
}  // namespace diwan
