// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/step_rungs.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "driver/results/report/document.hpp"
#include "tests/driver/results/report/sample_run.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using Json = nlohmann::json;
using test::SampleRun;

Json rungs_of(SampleRun::Kind kind) {
  const test::ScratchDirectory scratch;
  const auto directory = scratch.path() / "resnet-cifar.diwan";
  test::make_sample_run({.kind = kind, .trials = 60}, directory);
  const ReportFacts facts = read_report_facts(directory);
  return Json::parse(json_text(step_rungs_value(facts.loaded, facts.curves)));
}

TEST(StepRungs, HaveWhatEachTrialHadAtTheStepsAtWhichItWasJudged) {
  const Json rungs = rungs_of(SampleRun::Kind::asha);

  EXPECT_EQ(rungs["steps"], Json({1, 3, 10, 30}));
  EXPECT_EQ(rungs["trials"].size(), 60U);
  EXPECT_TRUE(rungs["trials"][0]["scout"]);
  EXPECT_EQ(rungs["trials"][0]["values"].size(), 4U);
  EXPECT_FALSE(rungs["trials"][1]["scout"]);
}

TEST(StepRungs, AreNoneWhereAParameterIsTheResourceAndOfOtherAlgorithms) {
  EXPECT_EQ(rungs_of(SampleRun::Kind::hyperband), nullptr);
  EXPECT_EQ(rungs_of(SampleRun::Kind::plain), nullptr);
}

}  // namespace
}  // namespace diwan
