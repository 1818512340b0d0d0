// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/changes.hpp"

#include <gtest/gtest.h>

namespace diwan {
namespace {

Spec a_spec() {
  Spec spec;
  spec.name = "e";
  spec.objectives = {{.type = Direction::minimize, .goal = 0.1, .metric = "loss"}};
  spec.metrics = {{.name = "loss", .strategy = Strategy::min}};
  spec.algorithm.name = "tpe";
  spec.space = SearchSpace({{.name = "x", .domain = Real{.low = 0, .high = 1, .step = {}}}});
  spec.trial_template.emplace();
  spec.trial_template->command = {"train", "${trialParameters.x}"};
  return spec;
}

TEST(SpecChanges, AreNoneForBudgetGoalAndResumePolicy) {
  const Spec before = a_spec();
  Spec now = before;
  now.budget.max_trials = 100;
  now.objectives[0].goal = 0.01;
  now.resume_policy = ResumePolicy::long_running;

  EXPECT_TRUE(changes(before, now).empty());
}

TEST(SpecChanges, OfTheSpaceAreNeverAllowed) {
  const Spec before = a_spec();
  Spec now = before;
  now.space = SearchSpace({{.name = "x", .domain = Real{.low = 0, .high = 2, .step = {}}}});

  const auto found = changes(before, now);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].field, "spec.parameters");
  EXPECT_EQ(found[0].before, "[x double 0 .. 1]");
  EXPECT_EQ(found[0].now, "[x double 0 .. 2]");
  EXPECT_FALSE(found[0].allowed);
}

TEST(SpecChanges, AreSeenWhereTheirShortTextsAreEqual) {
  const Spec before = a_spec();
  Spec format = before;
  format.metrics_collector.collector.format = FileFormat::json;
  Spec memory = before;
  memory.trial_template->resources.memory_bytes = 1024;
  Spec partition = before;
  partition.trial_template->slurm.partition = "gpu";
  Spec initial = before;
  initial.initial_trials = {{{0.5}}};
  Spec nas = before;
  nas.nas.emplace();
  Spec labels = before;
  labels.labels = {{"team", "a"}};

  const std::vector<std::pair<Spec, std::string>> changed = {
      {format, "spec.metricsCollectorSpec"},
      {memory, "spec.trialTemplate: resources"},
      {partition, "spec.trialTemplate"},
      {initial, "spec.initialTrials"},
      {nas, "spec.nasConfig"},
      {labels, "metadata.labels"}};
  for (const auto& [now, field] : changed) {
    const auto found = changes(before, now);

    ASSERT_EQ(found.size(), 1U) << field;
    EXPECT_EQ(found[0].field, field);
    EXPECT_NE(found[0].before, found[0].now);
  }
}

TEST(SpecChanges, OfAMetricAreToldOnce) {
  const Spec before = a_spec();
  Spec now = before;
  now.metrics.push_back({.name = "accuracy", .strategy = Strategy::max});
  now.metrics_collector.collector.metrics = {"loss", "accuracy"};

  const auto found = changes(before, now);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].now, "[loss:min, accuracy:max]");
}

TEST(SpecChanges, OfTheCommandSayBeforeAndNow) {
  const Spec before = a_spec();
  Spec now = before;
  now.trial_template->command.emplace_back("--fast");

  const auto found = changes(before, now);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].allowed);
  EXPECT_EQ(found[0].before, "[train, ${trialParameters.x}]");
  EXPECT_EQ(found[0].now, "[train, ${trialParameters.x}, --fast]");
}

}  // namespace
}  // namespace diwan
