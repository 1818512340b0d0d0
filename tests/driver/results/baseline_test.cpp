// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/baseline.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using test::Sample;

std::string spec_with(const std::string& algorithm) {
  std::string text = test::sample_spec();
  const std::string before = "algorithmName: ";
  const auto at = text.find(before) + before.size();
  return text.replace(at, text.find_first_of("}\n,", at) - at, algorithm);
}

void end_with(Sample& sample, RunKey run, double loss) {
  sample.observe(run, 0, {loss});
  sample.end(run, RunOutcome::succeeded);
}

/// Six trials that were suggested together, and one that knew of them.
void search(Sample& sample) {
  std::vector<RunKey> runs;
  runs.reserve(6);
  for (int i = 0; i < 6; ++i) {
    runs.push_back(sample.start(sample.suggest("blind" + std::to_string(i), 0.01 * (i + 1))));
  }
  for (int i = 0; i < 6; ++i) {
    end_with(sample, runs[static_cast<std::size_t>(i)], 1.0 - 0.1 * i);
  }
  sample.succeed("told", 0.02, 0.2);
  sample.close(0);
}

TEST(Baseline, OfASearchIsWhatItSuggestedBeforeAnyTrialEnded) {
  Sample sample(Sample::Owner::this_process, spec_with("tpe"));
  search(sample);

  const auto baseline = own_baseline(load(sample.directory()));

  ASSERT_TRUE(baseline);
  EXPECT_EQ(baseline->results, (std::vector<double>{1.0, 0.9, 0.8, 0.7, 0.6, 0.5}));
  EXPECT_TRUE(baseline->label.empty());
  EXPECT_DOUBLE_EQ(baseline->best_of(100, Direction::minimize)->expected, 0.5);
}

TEST(Baseline, IsNoneOfRandomSearchAndOfFewTrials) {
  for (const char* algorithm : {"random", "sobol"}) {
    Sample sample(Sample::Owner::this_process, spec_with(algorithm));
    search(sample);

    EXPECT_FALSE(own_baseline(load(sample.directory()))) << algorithm;
  }
  Sample few(Sample::Owner::this_process, spec_with("tpe"));
  few.succeed("a", 0.01, 0.3);
  few.succeed("b", 0.02, 0.2);
  few.close(0);

  EXPECT_FALSE(own_baseline(load(few.directory())));
}

TEST(Baseline, OfRandomSearchIsWhatSoManyOfItsTrialsComeTo) {
  Sample searched(Sample::Owner::this_process, spec_with("tpe"));
  search(searched);
  Sample random(Sample::Owner::this_process, spec_with("random"));
  search(random);
  const Loaded loaded = load(searched.directory());

  const Baseline baseline = baseline_of(loaded, load(random.directory()));

  EXPECT_EQ(baseline.label, "e");
  EXPECT_TRUE(baseline.blind);
  EXPECT_EQ(baseline.results.size(), 7U);
  const auto one = baseline.best_of(1, Direction::minimize);
  EXPECT_EQ(one->draws, 1U);
  EXPECT_NEAR(one->expected, (1.0 + 0.9 + 0.8 + 0.7 + 0.6 + 0.5 + 0.2) / 7, 1e-12);
}

TEST(Baseline, OfAnotherSearchIsTheBestOfItsFirstTrials) {
  Sample searched(Sample::Owner::this_process, spec_with("tpe"));
  search(searched);
  Sample other(Sample::Owner::this_process, spec_with("cmaes"));
  search(other);

  const Baseline baseline = baseline_of(load(searched.directory()), load(other.directory()));

  EXPECT_FALSE(baseline.blind);
  EXPECT_DOUBLE_EQ(baseline.best_of(3, Direction::minimize)->expected, 0.8);
  EXPECT_DOUBLE_EQ(baseline.best_of(3, Direction::maximize)->expected, 1.0);
}

TEST(Baseline, OfAConfirmationIsAllItsRuns) {
  Sample searched(Sample::Owner::this_process, spec_with("tpe"));
  search(searched);
  Sample confirming(Sample::Owner::this_process,
                    spec_with("random") + "  confirms: {trials: [7]}\n");
  confirming.succeed("a", 0.02, 0.2);
  confirming.succeed("b", 0.02, 0.4);
  confirming.succeed("c", 0.02, 0.3);
  confirming.close(0);

  EXPECT_EQ(baseline_of(load(searched.directory()), load(confirming.directory())).results,
            (std::vector<double>{0.2, 0.4, 0.3}));
}

TEST(Baseline, RefusesAnotherObjectiveAndNoResults) {
  Sample searched(Sample::Owner::this_process, spec_with("tpe"));
  search(searched);
  const Loaded loaded = load(searched.directory());
  std::string turned = spec_with("random");
  turned.replace(turned.find("minimize"), 8, "maximize");
  Sample other(Sample::Owner::this_process, turned);
  search(other);
  Sample empty(Sample::Owner::this_process, spec_with("random"));
  empty.close(5);

  EXPECT_THROW(baseline_of(loaded, load(other.directory())), std::invalid_argument);
  EXPECT_THROW(baseline_of(loaded, load(empty.directory())), std::invalid_argument);
}

}  // namespace
}  // namespace diwan
