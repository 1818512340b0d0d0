// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/known_results.hpp"

#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "driver/results/load.hpp"
#include "driver/results/trials.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using test::Sample;
using test::ScratchDirectory;

Spec spec_of(const std::string& text) { return parse_spec(text, "/e.yaml"); }

Spec changed(const std::string& from, const std::string& to) {
  std::string text = test::sample_spec();
  text.replace(text.find(from), from.size(), to);
  return spec_of(text);
}

/// A table in a file of its own.
class Table {
 public:
  explicit Table(const std::string& text) { std::ofstream{path()} << text; }
  std::filesystem::path path() const { return scratch_.path() / "table.csv"; }

 private:
  ScratchDirectory scratch_;
};

std::string error_of_table(const std::string& text) {
  const Table table(text);
  try {
    known_results_of_csv(table.path(), spec_of(test::sample_spec()));
    return "";
  } catch (const KnownResultsError& error) {
    return std::string(error.what()).substr(table.path().string().size());
  }
}

/// Two that succeeded, one that failed, one that was cancelled, one that runs.
void fill(Sample& sample) {
  sample.succeed("a", 0.01, 0.3);
  sample.succeed("b", 0.02, 0.2);
  sample.end(sample.start(sample.suggest("c", 0.03)), RunOutcome::failed, 1);
  sample.record(StopAsked{.kind = StopAsked::Kind::cancel,
                          .now = false,
                          .trial = sample.suggest("d", 0.04),
                          .reason = {},
                          .by = {}});
  sample.start(sample.suggest("x", 0.05));
}

TEST(KnownResults, AreTheEndedTrialsOfADirectory) {
  Sample sample;
  fill(sample);
  sample.flush();

  const KnownResults known =
      known_results_of_directory(sample.directory(), spec_of(test::sample_spec()));

  ASSERT_EQ(known.results.size(), 3U);
  EXPECT_EQ(known.left_out, 0U);
  EXPECT_EQ(known.results[0].assignment, (Assignment{{0.01, 0, 2, 0}}));
  EXPECT_EQ(known.results[0].objectives, std::vector{0.3});
  EXPECT_EQ(known.results[1].objectives, std::vector{0.2});
  EXPECT_TRUE(known.results[2].objectives.empty());
}

TEST(KnownResults, AreTheSameFromTheTableThatTrialsPrints) {
  Sample sample;
  fill(sample);
  sample.flush();
  const Loaded loaded = load(sample.directory());
  const Table table(trials_csv(loaded, select(loaded, {.sort = "", .status = ""})));

  const KnownResults known = known_results_of_csv(table.path(), spec_of(test::sample_spec()));

  EXPECT_EQ(known.results,
            known_results_of_directory(sample.directory(), spec_of(test::sample_spec())).results);
}

TEST(KnownResults, GoByTheTextOfAValueInAnotherSpace) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.flush();

  const KnownResults known = known_results_of_directory(
      sample.directory(), changed(R"(list: ["32", "64"])", R"(list: ["16", "32", "64"])"));

  ASSERT_EQ(known.results.size(), 1U);
  EXPECT_EQ(known.results[0].assignment.values[1], 1);
}

TEST(KnownResults, LeaveOutWhatLiesOutsideTheSpaceAndSayWhy) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.suggest("b", 0.02, 1);
  sample.end(sample.start(2), RunOutcome::failed, 1);
  sample.flush();

  const KnownResults known = known_results_of_directory(
      sample.directory(), changed(R"(list: ["32", "64"])", R"(list: ["32", "128"])"));

  EXPECT_EQ(known.results.size(), 1U);
  EXPECT_EQ(known.left_out, 1U);
  EXPECT_EQ(known.why, "trial #2: batch (64) is not in its feasible space");
}

TEST(KnownResults, SpreadAParameterThatTheOtherHadNot) {
  std::string rows = "lr,loss\n";
  for (int i = 0; i < 40; ++i) {
    rows += "0.01,0." + std::to_string(10 + i) + "\n";
  }
  const Table table(rows);

  const KnownResults known = known_results_of_csv(table.path(), spec_of(test::sample_spec()));

  ASSERT_EQ(known.results.size(), 40U);
  int with_64 = 0;
  for (const KnownResult& result : known.results) {
    EXPECT_EQ(result.assignment.values[0], 0.01);
    with_64 += result.assignment.values[1] == 1 ? 1 : 0;
  }
  EXPECT_GT(with_64, 10);
  EXPECT_LT(with_64, 30);
  EXPECT_EQ(known_results_of_csv(table.path(), spec_of(test::sample_spec())).results,
            known.results);
}

TEST(KnownResults, WithoutTheResourceAreFullTrainings) {
  std::string rungs = test::sample_spec();
  const std::string algorithm = "algorithmName: random";
  rungs.replace(
      rungs.find(algorithm), algorithm.size(),
      "algorithmName: bohb\n    algorithmSettings: [{name: resource_name, value: layers}, "
      "{name: r_l, value: \"7\"}]");
  const Table without("lr,loss\n0.01,0.1\n0.02,0.2\n0.03,0.3\n");
  const Table with("lr,layers,loss\n0.01,2,0.1\n0.02,,0.2\n");

  const KnownResults full = known_results_of_csv(without.path(), spec_of(rungs));
  const KnownResults own = known_results_of_csv(with.path(), spec_of(rungs));

  ASSERT_EQ(full.results.size(), 3U);
  for (const KnownResult& result : full.results) {
    EXPECT_EQ(result.assignment.values[2], 7);
  }
  EXPECT_EQ(full.assumed, "layers is not among its parameters: 7 is taken, a full training");
  ASSERT_EQ(own.results.size(), 1U);
  EXPECT_EQ(own.results[0].assignment.values[2], 2);
  EXPECT_EQ(own.assumed, "");
  EXPECT_EQ(own.why, "line 3: layers has no value");
}

TEST(KnownResults, OfATableTakeStatusAndMissingValues) {
  const Table table(
      "\xEF\xBB\xBFstatus,lr,batch,layers,width,loss\r\n"
      "Succeeded,0.01,\"32\",2,0.5,0.3\r\n"
      "EarlyStopped,0.02,64,2,1.0,0.4\r\n"
      "Failed,0.03,64,2,1.0,0.1\r\n"
      "Succeeded,0.04,64,2,1.0,nan\r\n"
      "Running,0.05,64,2,1.0,0.1\r\n"
      "Succeeded,,64,2,1.0,0.1\r\n");

  const KnownResults known = known_results_of_csv(table.path(), spec_of(test::sample_spec()));

  ASSERT_EQ(known.results.size(), 4U);
  EXPECT_EQ(known.results[0].assignment, (Assignment{{0.01, 0, 2, 0}}));
  EXPECT_TRUE(known.results[1].early_stopped);
  EXPECT_TRUE(known.results[2].objectives.empty());
  EXPECT_TRUE(known.results[3].objectives.empty());
  EXPECT_EQ(known.left_out, 1U);
  EXPECT_EQ(known.why, "line 7: lr has no value");
}

TEST(KnownResults, OfABadTableAreRefusedWithItsPlace) {
  EXPECT_EQ(error_of_table(""), ": is empty; give a table with a header");
  EXPECT_EQ(error_of_table("a,loss\n1,2\n"),
            ": has none of the parameters lr, batch, layers, width; give results of an experiment "
            "that shares at least one");
  EXPECT_EQ(error_of_table("lr,accuracy\n1,2\n"),
            ":1: has no column metric.loss.min or loss; add the objective's values");
  EXPECT_EQ(error_of_table("lr,lr,loss\n1,2,3\n"), ":1: has two columns lr; remove one");
  EXPECT_EQ(error_of_table("lr,loss\n0.01,\"0,31\"\n"),
            ":2: the objective (0,31) is no number; mend it, or leave it empty");
  EXPECT_EQ(error_of_table("lr,loss,status\n0.01,1,Done\n"),
            ":2: status (Done) is none of those of trials; give Succeeded or Failed");
  EXPECT_EQ(error_of_table("lr,loss\n1\n"), ":2: has 1 fields, the header 2; mend the line");
  EXPECT_EQ(error_of_table("lr,loss\n\n\"1,2\n"), ":3: a quote is not closed; close it");
  EXPECT_EQ(error_of_table("lr,loss\n\"1\"2,3\n"),
            ":2: something stands behind a closing quote; double the quotes inside a field");
}

TEST(KnownResults, OfAnExperimentThatMeasuredSomethingElseAreRefused) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.flush();
  Spec other = spec_of(test::sample_spec());
  other.metrics.front().name = "error";

  try {
    known_results_of_directory(sample.directory(), other);
    ADD_FAILURE() << "no error";
  } catch (const KnownResultsError& error) {
    EXPECT_EQ(error.what(), sample.directory().string() +
                                ": did not measure error (only loss, accuracy); give results of "
                                "an experiment that did");
  }
}

}  // namespace
}  // namespace diwan
