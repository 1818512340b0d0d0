// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <gtest/gtest.h>

#include "driver/spec/spec.hpp"
#include "tests/driver/spec/bad_file.hpp"

namespace diwan {
namespace {

Spec with(const std::vector<std::pair<std::string, std::string>>& set) {
  return parse_spec(sound_experiment(), "experiment.yaml", {.set = set});
}

std::string refusal(const std::string& path, const std::string& value) {
  try {
    static_cast<void>(with({{path, value}}));
    return "";
  } catch (const SpecError& error) {
    return error.what();
  }
}

TEST(Overrides, ReachListItemsByNameAndByIndex) {
  const Spec spec = with(
      {{"parameters.lr.feasibleSpace.max", "0.5"}, {"parameters.0.feasibleSpace.min", "\"0.2\""}});

  EXPECT_EQ(spec.space.parameters().at(0).domain, Domain(Real{0.2, 0.5}));
}

TEST(Overrides, MakeWhatIsMissing) {
  const Spec spec = with({{"algorithm.algorithmSettings.random_state.value", "3"},
                          {"objective.additionalMetricNames.0", "accuracy"},
                          {"metricsCollectorSpec.collector.kind", "Push"}});

  EXPECT_EQ(spec.seed, 3U);
  EXPECT_EQ(spec.metrics.at(1).name, "accuracy");
  EXPECT_EQ(spec.metrics_collector.collector.kind, CollectorKind::push);
}

TEST(Overrides, TakeWholeYamlValuesAndTheLastOfTwo) {
  const Spec spec = with({{"maxTrialCount", "6"},
                          {"objective", "{type: maximize, objectiveMetricName: a, goal: 1}"},
                          {"maxTrialCount", "7"}});

  EXPECT_EQ(spec.budget, (Budget{7, 2, 1, 1.0}));
  EXPECT_EQ(spec.objectives.at(0).type, Direction::maximize);
}

TEST(Overrides, TakeAValueAwayByNothing) {
  EXPECT_EQ(with({{"maxFailedTrialCount", ""}}).budget.max_failed, std::nullopt);
}

TEST(Overrides, EndWhereTheFileMayNotGoDeeper) {
  std::string path = "objective";
  std::string value = "x";
  for (int i = 0; i < 50; ++i) {
    path += ".a";
    value = "[" + value + "]";
  }
  for (int i = 0; i < 100'000; ++i) {
    path += i < 40 ? "" : ".a";
  }

  EXPECT_NE(refusal(path, "1").find("more than 100 levels deep"), std::string::npos);
  EXPECT_NE(refusal(path.substr(0, 109), value).find("more than 100 levels deep"),
            std::string::npos);
}

TEST(Overrides, BeginBelowSpec) {
  EXPECT_EQ(refusal("spec.maxTrialCount", "5"),
            "--set spec.maxTrialCount: the path begins below spec (\"spec.maxTrialCount\"); give "
            "maxTrialCount");
}

TEST(Overrides, StandInTheTextOfTheSpec) {
  const Spec spec = with({{"maxTrialCount", "9"}});

  const Spec again = parse_spec(spec.text, "experiment.yaml");

  EXPECT_TRUE(again == spec) << spec.text;
}

TEST(Overrides, ReachNamesWithDotsBehindABackslash) {
  const Spec spec = with({{R"(trialTemplate.primaryPodLabels.a\.b/c)", "d"}});

  EXPECT_EQ(spec.trial_template->primary_pod_labels.at("a.b/c"), "d");
}

TEST(Overrides, AreNamedInProblemsWithTheirValues) {
  EXPECT_EQ(refusal("parameters.lr.feasibleSpace.min", "low"),
            "--set parameters.lr.feasibleSpace.min: spec.parameters[0].feasibleSpace.min: is not a "
            "finite number (\"low\"); give a number such as 0.01");
  EXPECT_EQ(refusal("maxTrialCont", "4"),
            "--set maxTrialCont: spec.maxTrialCont: unknown field; did you mean maxTrialCount?");
}

TEST(Overrides, ThatMakeAnItemByMistakeNameTheOneThatIsMeant) {
  const std::string said = refusal("parameters.LR.feasibleSpace.min", "0.1");

  EXPECT_TRUE(said.starts_with(
      "--set parameters.LR.feasibleSpace.min: spec.parameters[1].parameterType: is missing; give "
      "double, int, discrete or categorical; no item of spec.parameters is named \"LR\", did you "
      "mean lr?\n"))
      << said;
}

TEST(Overrides, MustHaveAPlace) {
  EXPECT_EQ(
      refusal("maxTrialCount.x", "4"),
      "--set maxTrialCount.x: spec.maxTrialCount: is a whole number (4) and has nothing below "
      "it (\"x\"); end the path here");
  EXPECT_EQ(refusal("parameters.5.name", "x"),
            "--set parameters.5.name: spec.parameters: has no item 5, only 1 items counted from 0; "
            "give one of those, or 1 for a new one");
  EXPECT_EQ(refusal("trialTemplate.trialSpec.spec.template.spec.containers.main.command.x", "y"),
            "--set trialTemplate.trialSpec.spec.template.spec.containers.main.command.x: "
            "spec.trialTemplate.trialSpec.spec.template.spec.containers[0].command: is a list "
            "without names (\"x\"); give the item's index, counted from 0");
  EXPECT_EQ(refusal("a..b", "4"),
            "--set a..b: the path has an empty name (\"a..b\"); write it as "
            "parameters.lr.feasibleSpace.max");
}

TEST(Overrides, MustBeYaml) {
  EXPECT_EQ(refusal("maxTrialCount", "[4"),
            "--set maxTrialCount: the value is no YAML (\"[4\"): this is not YAML (end of sequence "
            "flow not found); mend it here or just above");
}

}  // namespace
}  // namespace diwan
