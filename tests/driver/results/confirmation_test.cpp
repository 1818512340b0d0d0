// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/confirmation.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "driver/results/best.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using test::Sample;
using test::sample_spec;

constexpr Page wide{.columns = 200};

/// Trials 7 and 9 of another experiment, three runs each, with 4 layers.
std::string confirming_spec() {
  std::string runs;
  for (int repeat = 0; repeat < 3; ++repeat) {
    for (const char* lr : {"0.01", "0.02"}) {
      runs += std::string(runs.empty() ? "" : ", ") + "{lr: \"" + lr +
              R"(", batch: "32", layers: "4", width: "0.5"})";
    }
  }
  return sample_spec() + "  initialTrials: [" + runs +
         "]\n  confirms: {trials: [7, 9], set: [\"x=1\"]}\n";
}

/// The second of the two is the better by its mean, the first had the luckiest run.
void run(Sample& sample) {
  sample.succeed("a1", 0.01, 0.1);
  sample.succeed("b1", 0.02, 0.3);
  sample.succeed("a2", 0.01, 0.9);
  sample.succeed("b2", 0.02, 0.31);
  sample.succeed("a3", 0.01, 0.5);
  sample.succeed("b3", 0.02, 0.35);
  sample.close(0);
}

Confirmation with_values(const std::vector<std::vector<double>>& trials) {
  Confirmation confirmation;
  confirmation.metrics = {"loss"};
  for (const std::vector<double>& values : trials) {
    Confirmed& confirmed = confirmation.trials.emplace_back();
    confirmed.trial = static_cast<std::uint32_t>(confirmation.trials.size());
    confirmed.objectives = {{.found = 0.5, .values = values}};
    confirmed.runs.resize(values.size());
  }
  return confirmation;
}

TEST(ConfirmationTable, HasAsManyDigitsInEachRowAsTheRunsAreSureOf) {
  EXPECT_EQ(confirmation_table(with_values({{0.5211, 0.5243}, {0.61, 0.65}, {0.7}}), wide),
            "TRIAL    loss         CONFIRMED  RUNS  ASSIGNMENTS\n"
            "    1  0.5000  0.5227 +- 0.0023  2\n"
            "    2  0.5000  0.6300 +- 0.0283  2\n"
            "    3  0.5000            0.7000  1\n");
}

TEST(ConfirmationTable, ShowsADeviationThatIsSmallerThanTheDigitsOfTheMean) {
  const std::string text = confirmation_table(with_values({{123.4, 123.4000002}, {99, 99}}), wide);

  EXPECT_NE(text.find("123.400 +- 1.4e-07"), std::string::npos) << text;
  EXPECT_NE(text.find("99.000 +- 0.000"), std::string::npos) << text;
}

TEST(ConfirmationTable, LeavesValuesThatAreVeryLargeOrSmallInTheirShortForm) {
  const std::string large = confirmation_table(with_values({{2e9, 2.2e9}}), wide);
  const std::string small = confirmation_table(with_values({{2e-9, 2.2e-9}}), wide);

  EXPECT_NE(large.find("2.1e+09 +- 1.4e+08"), std::string::npos) << large;
  EXPECT_NE(small.find("2.1e-09 +- 1.4e-10"), std::string::npos) << small;
}

TEST(Confirmation, HasTheBestMeanFirstAndWhatWasReallyRun) {
  Sample sample(Sample::Owner::this_process, confirming_spec());
  run(sample);

  const Confirmation confirmation = confirmation_in(load(sample.directory()));

  ASSERT_EQ(confirmation.trials.size(), 2U);
  EXPECT_EQ(confirmation.trials[0].trial, 9U);
  EXPECT_EQ(confirmation.trials[0].runs, (std::vector<std::uint32_t>{2, 4, 6}));
  EXPECT_EQ(confirmation.trials[0].nearest(), 4U);
  EXPECT_EQ(confirmation.trials[1].nearest(), 5U);
  EXPECT_EQ(confirmation_table(confirmation, wide),
            "TRIAL            loss  RUNS  ASSIGNMENTS\n"
            "    9  0.320 +- 0.026  3     lr=0.02 batch=32 layers=4 width=0.5\n"
            "    7  0.500 +- 0.400  3     lr=0.01 batch=32 layers=4 width=0.5\n"
            "with x=1\n");
}

TEST(Confirmation, CountsARunThatFailedAsOneWithoutAResult) {
  Sample sample(Sample::Owner::this_process, confirming_spec());
  const RunKey failed = sample.start(sample.suggest("a1", 0.01));
  sample.observe(failed, 0, {0.001});
  sample.end(failed, RunOutcome::failed, 1);
  sample.succeed("b1", 0.02, 0.3);
  sample.close(75);

  const Confirmation confirmation = confirmation_in(load(sample.directory()));

  EXPECT_EQ(confirmation.trials[1].trial, 7U);
  EXPECT_EQ(confirmation.trials[1].without_result, 1U);
  EXPECT_EQ(confirmation.trials[1].unended, 2U);
  EXPECT_EQ(confirmation.trials[1].nearest(), std::nullopt);
}

TEST(BestOfAConfirmation, IsByTheMeansAndNotTheLuckiestRun) {
  Sample sample(Sample::Owner::this_process, confirming_spec());
  run(sample);
  const Loaded loaded = load(sample.directory());

  const Best best = best_trials(loaded, 5);

  EXPECT_EQ(best.trials, (std::vector<std::uint32_t>{4, 5}));
  ASSERT_EQ(best.confirmed.size(), 2U);
  EXPECT_EQ(best.confirmed[0].trial, 9U);
  EXPECT_EQ(best_trials(loaded, std::nullopt).trials, (std::vector<std::uint32_t>{4}));
  EXPECT_EQ(best_trial(loaded), 4U);
  EXPECT_EQ(ranked_trials(loaded), (std::vector<std::uint32_t>{4, 5, 1, 2, 6, 3}));
  const std::string status = status_table(loaded, wide);
  EXPECT_NE(
      status.find("\nbest      trial 9: loss 0.320 +- 0.026 in 3 runs, of which #4 is nearest "
                  "to the mean\n"),
      std::string::npos)
      << status;
}

}  // namespace
}  // namespace diwan
