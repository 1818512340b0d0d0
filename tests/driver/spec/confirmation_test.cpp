// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/confirmation.hpp"

#include <gtest/gtest.h>

#include "tests/driver/spec/bad_file.hpp"

namespace diwan {
namespace {

using Set = std::vector<std::pair<std::string, std::string>>;

const Set no_change;

Spec found() {
  return parse_spec(edited({{"    objectiveMetricName: loss\n",
                             "    objectiveMetricName: loss\n    goal: 0.001\n"},
                            {"  maxTrialCount: 4\n",
                             "  earlyStopping: {algorithmName: medianstop}\n"
                             "  resumeFromCheckpoint: true\n  maxTrialCount: 40\n"}}),
                    "/home/e/experiment.yaml");
}

const std::vector<FoundTrial>& trials() {
  static const std::vector<FoundTrial> both = {{.number = 12, .assignment = {{0.02}}},
                                               {.number = 7, .assignment = {{0.05}}}};
  return both;
}

std::string refusal(const Set& set) {
  try {
    static_cast<void>(confirmation_of(found(), trials(), 2, 5, set));
    return "";
  } catch (const SpecError& error) {
    return error.what();
  }
}

TEST(Confirmation, RunsTheTrialsAgainByTurnsAndNothingElse) {
  const Spec spec = confirmation_of(found(), trials(), 2, 5, no_change);

  EXPECT_EQ(spec.initial_trials, (std::vector<Assignment>{{{0.02}}, {{0.05}}, {{0.02}}, {{0.05}}}));
  EXPECT_EQ(spec.budget, (Budget{4, 2, 4, {}}));
  EXPECT_EQ(spec.confirms, (Confirms{{12, 7}, {}}));
  EXPECT_EQ(spec.name, "random-confirm");
  EXPECT_EQ(spec.seed, 5U);
  EXPECT_EQ(spec.notes, found().notes);  // none about trials that are listed twice
}

TEST(Confirmation, LetsNoRunEndBeforeItsTime) {
  const Spec spec = confirmation_of(found(), trials(), 2, 5, no_change);

  EXPECT_EQ(spec.objectives.front().goal, std::nullopt);
  EXPECT_EQ(spec.early_stopping, std::nullopt);
  EXPECT_FALSE(spec.resume_from_checkpoint);
}

TEST(Confirmation, RunsNoMoreAtATimeThanThereAre) {
  const Spec spec = confirmation_of(found(), trials(), 2, 5, {{"parallelTrialCount", "16"}});

  EXPECT_EQ(spec.budget.parallel, 4U);
}

TEST(Confirmation, KeepsTheTemplateAndItsFolder) {
  const Spec spec = confirmation_of(found(), trials(), 1, 5, no_change);

  EXPECT_EQ(spec.trial_template, found().trial_template);
  EXPECT_EQ(spec.file, found().file);
}

TEST(Confirmation, ReadsBackFromItsText) {
  const Spec spec = confirmation_of(found(), trials(), 2, 5, {{"parallelTrialCount", "1"}});
  const Spec again = parse_spec(spec.text, spec.file);

  EXPECT_EQ(again, spec);
  EXPECT_EQ(again.text, spec.text);
  EXPECT_EQ(again.confirms->set, (std::vector<std::string>{"parallelTrialCount=1"}));
}

TEST(Confirmation, TakesOneValueForAllWhereTheSettingsLeaveOne) {
  const Spec spec = confirmation_of(found(), trials(), 1, 5,
                                    {{"parameters.lr.feasibleSpace", "{min: 0.3, max: 0.3}"}});

  EXPECT_EQ(spec.initial_trials, (std::vector<Assignment>{{{0.3}}, {{0.3}}}));
}

TEST(Confirmation, RefusesValuesThatTheSettingsTakeAway) {
  EXPECT_EQ(refusal({{"parameters.lr.feasibleSpace.min", "0.03"}}),
            "--set: spec.parameters.lr: has no value 0.02 of trial 12 any more (0.03 .. 0.1); keep "
            "it in, or leave one value for all");
}

TEST(Confirmation, RefusesSettingsThatDoNotFit) {
  EXPECT_NE(refusal({{"trialTemplat.x", "1"}}).find("--set trialTemplat.x"), std::string::npos);
}

TEST(Confirmation, RefusesAPieceOfATraining) {
  Spec population = found();
  population.algorithm.name = "pbt";

  try {
    confirmation_of(population, trials(), 2, 5, no_change);
    FAIL() << "it is run from another checkpoint";
  } catch (const SpecError& error) {
    EXPECT_NE(std::string(error.what()).find("a trial of pbt is a piece of a training"),
              std::string::npos);
  }
}

TEST(Confirmation, ShortensALongName) {
  Spec spec = parse_spec(edited({{"name: random", "name: " + std::string(31, 'a') + "-bcdefghi"}}),
                         "/e.yaml");
  EXPECT_EQ(confirmation_of(spec, trials(), 1, 5, no_change).name,
            std::string(31, 'a') + "-confirm");
}

TEST(Confirmation, SaysWhatAHandWrittenOneLacks) {
  const std::string text = edited({{"spec:\n  objective:", "spec:\n  confirms: {}\n  objective:"}});
  try {
    static_cast<void>(parse_spec(text, "e.yaml"));
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_NE(std::string(error.what()).find("spec.confirms.trials"), std::string::npos);
  }
}

}  // namespace
}  // namespace diwan
