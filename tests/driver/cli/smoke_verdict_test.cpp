// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/smoke_verdict.hpp"

#include <gtest/gtest.h>

#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

/// The sample's: 4 trials, two at a time; loss and accuracy.
Spec spec() { return parse_spec(test::sample_spec(), "/e.yaml"); }

/// Ten steps of both metrics, a second apart.
SmokeFacts ten_epochs() {
  const SmokeFacts::Metric metric{.count = 10,
                                  .usable = true,
                                  .first_step = 1,
                                  .last_step = 10,
                                  .first_at = 1,
                                  .last_at = 10,
                                  .absence = {}};
  return {.metrics = {metric, metric}, .seconds = 10.5, .succeeded = true, .cut_short = false};
}

bool says(const SmokeVerdict& verdict, const std::string& part) {
  return verdict.text.find(part) != std::string::npos;
}

TEST(SmokeVerdict, TellsStepsAndTimesAndWhatTheBudgetWillTake) {
  const SmokeVerdict verdict = smoke_verdict(spec(), ten_epochs());

  EXPECT_EQ(verdict.status, ExitStatus::done);
  EXPECT_EQ(verdict.text,
            "loss      10 values, step 1 to 10, the first after 1.0s, the last after 10.0s\n"
            "accuracy  10 values, step 1 to 10, the first after 1.0s, the last after 10.0s\n"
            "budget    4 trials like this one take 42.0s, 21.0s with 2 at a time; this one had the "
            "host to itself\n"
            "safe to run\n");
}

TEST(SmokeVerdict, NamesAProgramThatHoldsItsOutputBack) {
  SmokeFacts facts = ten_epochs();
  for (SmokeFacts::Metric& metric : facts.metrics) {
    metric.first_at = metric.last_at = 10.4;
  }

  EXPECT_TRUE(says(smoke_verdict(spec(), facts), "your program buffers its output"));
}

TEST(SmokeVerdict, TakesOneValueAtTheEndForNoBuffer) {
  SmokeFacts facts = ten_epochs();
  for (SmokeFacts::Metric& metric : facts.metrics) {
    metric.count = 1;
    metric.first_at = metric.last_at = 10.4;
  }

  EXPECT_FALSE(says(smoke_verdict(spec(), facts), "buffers"));
}

TEST(SmokeVerdict, TakesAMetricThatCameEarlyForNoBuffer) {
  SmokeFacts facts = ten_epochs();
  facts.metrics[1].first_at = facts.metrics[1].last_at = 10.4;  // evaluated at the end

  EXPECT_FALSE(says(smoke_verdict(spec(), facts), "buffers"));
}

TEST(SmokeVerdict, IsNotSafeWithoutAMetric) {
  SmokeFacts facts = ten_epochs();
  facts.metrics[1] = {};
  facts.metrics[1].absence = "no value of it";

  const SmokeVerdict verdict = smoke_verdict(spec(), facts);

  EXPECT_EQ(verdict.status, ExitStatus::no_usable_trial);
  EXPECT_TRUE(says(verdict, "accuracy  no value of it\n")) << verdict.text;
  EXPECT_TRUE(says(verdict, "not safe to run: accuracy was not seen\n")) << verdict.text;
}

TEST(SmokeVerdict, OfAFailedTrialIsThatItFailed) {
  SmokeFacts facts = ten_epochs();
  facts.succeeded = false;

  EXPECT_EQ(smoke_verdict(spec(), facts).status, ExitStatus::too_many_failures);
}

TEST(SmokeVerdict, OfATrialThatWasCutShortIsByWhatWasSeen) {
  SmokeFacts facts = ten_epochs();
  facts.succeeded = false;
  facts.cut_short = true;

  const SmokeVerdict seen = smoke_verdict(spec(), facts);
  facts.metrics[0] = {};
  const SmokeVerdict unseen = smoke_verdict(spec(), facts);

  EXPECT_EQ(seen.status, ExitStatus::done);
  EXPECT_TRUE(says(seen, "take more than 42.0s")) << seen.text;
  EXPECT_EQ(unseen.status, ExitStatus::no_usable_trial);
  EXPECT_TRUE(says(unseen, "--try-limit")) << unseen.text;
}

TEST(SmokeVerdict, TellsWhatDoesNotFitItsSettings) {
  Spec stopping = spec();
  stopping.early_stopping = AlgorithmSpec{.name = "medianstop", .settings = {}};
  stopping.trial_template->resources.time_limit = std::chrono::seconds(12);
  SmokeFacts facts = ten_epochs();
  facts.metrics[0].count = 1;

  const SmokeVerdict verdict = smoke_verdict(stopping, facts);

  EXPECT_TRUE(says(verdict, "leaves early stopping nothing to judge")) << verdict.text;
  EXPECT_TRUE(says(verdict, "of the 12.0s that timeLimit allows")) << verdict.text;
}

}  // namespace
}  // namespace diwan
