// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/importances.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using Json = nlohmann::json;
using test::Sample;

/// Forty trials whose loss is made by lr, and half as much by batch, and one that failed.
struct Searched {
  Searched() : sample(Sample::Owner::this_process, spec()) {
    for (int i = 0; i < 40; ++i) {
      const double lr = 0.001 + 0.0025 * ((i * 7) % 40);
      const double batch = i % 2;
      const std::uint32_t trial =
          sample.suggest("t" + std::to_string(i), lr, batch, 1 + i % 8, (i / 2) % 2);
      const RunKey run = sample.start(trial);
      sample.observe(run, 0, {0.1 + 10 * lr + 0.25 * batch});
      sample.end(run, RunOutcome::succeeded);
    }
    sample.end(sample.start(sample.suggest("bad", 0.1)), RunOutcome::failed, 3, "exit status 3");
    sample.close(75);
  }
  static std::string spec() {
    std::string text = test::sample_spec();
    return text.replace(text.find("maxTrialCount: 4"), 16, "maxTrialCount: 60");
  }
  Sample sample;
};

statistics::Importance importance_of(const Loaded& loaded) {
  return importance(statistics::Landscape(loaded.spec.space, results_by(loaded)));
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) {
    widest = std::max(widest, width_of(line));
  }
  return widest;
}

TEST(ResultsBy, AreThoseOfTrialsThatEnded) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.end(sample.start(sample.suggest("b", 0.02)), RunOutcome::failed, 3, "exit status 3");
  sample.start(sample.suggest("c", 0.03));
  sample.close(75);

  const auto results = results_by(load(sample.directory()));

  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].value, 0.3);
  EXPECT_EQ(results[0].assignment.values[0], 0.01);
  EXPECT_TRUE(std::isnan(results[1].value));
}

TEST(ImportanceTable, ReadsWellInEightyColumns) {
  const Searched searched;
  const Loaded loaded = load(searched.sample.directory());

  const std::string text = importance_table(loaded, 0, importance_of(loaded), {.columns = 80});

  EXPECT_LE(widest_line(text), 80U) << text;
  EXPECT_EQ(text.find("minimize loss, 40 trials; the forest explains"), 0U) << text;
  EXPECT_NE(text.find("note: 1 trial without a finite result is left out"), std::string::npos)
      << text;
  EXPECT_LT(text.find("\nlr "), text.find("\nbatch ")) << text;
  EXPECT_NE(text.find("█"), std::string::npos) << text;
}

TEST(ImportanceTable, SaysWhyThereIsNone) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.close(75);
  const Loaded loaded = load(sample.directory());

  const std::string text = importance_table(loaded, 0, importance_of(loaded), {.columns = 80});

  EXPECT_EQ(text,
            "minimize loss, 1 trial\n"
            "note: fewer than two results: nothing can be said to matter\n");
}

TEST(ImportanceCsv, HasARowForEachParameterAndPair) {
  const Searched searched;
  const Loaded loaded = load(searched.sample.directory());

  const std::string text = importance_csv(loaded, importance_of(loaded));

  EXPECT_EQ(text.find("parameter,with,importance,deviation\nlr,,0."), 0U) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 4 + 6) << text;
}

TEST(ImportanceJson, HasSharesThatAddUpToAtMostOne) {
  const Searched searched;
  const Loaded loaded = load(searched.sample.directory());

  const Json document = Json::parse(json_text(importance_value(loaded, 0, importance_of(loaded))));

  EXPECT_EQ(document["version"], 1);
  EXPECT_EQ(document["objective"]["metric"], "loss");
  EXPECT_EQ(document["trials"], 40);
  EXPECT_EQ(document["leftOut"], 1);
  EXPECT_EQ(document["notes"].size(), 1U);
  EXPECT_EQ(document["parameters"][0]["parameter"], "lr");
  EXPECT_EQ(document["pairs"][0]["parameters"].size(), 2U);
  double sum = 0;
  for (const char* list : {"parameters", "pairs"}) {
    for (const Json& share : document[list]) {
      sum += share["importance"].get<double>();
    }
  }
  EXPECT_GT(sum, 0.5);
  EXPECT_LE(sum, 1 + 1e-9);
}

}  // namespace
}  // namespace diwan
