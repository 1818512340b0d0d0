// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/trials.hpp"

#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "driver/results/metrics.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using Json = nlohmann::json;
using test::Sample;

/// One trial of every kind: succeeded, failed, running, waiting.
struct Mixed {
  Mixed() {
    const RunKey good = sample.start(sample.suggest("good", 0.01, 1, 3, 1));
    sample.observe(good, 0, {0.5, 0.25, 0.3});
    sample.observe(good, 1, {0.9});
    sample.end(good, RunOutcome::succeeded);
    const RunKey bad = sample.start(sample.suggest("bad", 0.02));
    sample.end(bad, RunOutcome::failed, 3, "exit status 3");
    sample.start(sample.suggest("runs", 0.03));
    sample.suggest("waits", 0.04);
    sample.close(75);
  }
  Sample sample;
};

std::vector<std::uint32_t> numbers(const std::vector<const Trial*>& trials) {
  std::vector<std::uint32_t> all;
  all.reserve(trials.size());
  for (const Trial* trial : trials) {
    all.push_back(trial->number);
  }
  return all;
}

TEST(TrialsJson, HasEveryFieldOfARow) {
  const Mixed mixed;
  const Loaded loaded = load(mixed.sample.directory());

  const Json json = Json::parse(json_text(trials_document(loaded, select(loaded, {}))));

  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["experiment"], "e");
  EXPECT_EQ(json["objective"], Json::parse(R"({"metric":"loss","type":"minimize"})"));
  ASSERT_EQ(json["trials"].size(), 4U);
  EXPECT_EQ(json["trials"][0], Json::parse(R"({
    "trial":"e-good","number":1,"status":"Succeeded","reason":null,
    "assignments":{"lr":0.01,"batch":"64","layers":3,"width":1.0},"objective":0.25,
    "metrics":{"loss":{"min":0.25,"max":0.5,"latest":0.3},"accuracy":{"min":0.9,"max":0.9,"latest":0.9}},
    "attempts":1,"start":"2026-01-01T00:00:04.000000Z","end":"2026-01-01T00:00:07.000000Z",
    "seconds":3.0,"host":"n1","gpus":["0"],"exitCode":0,"signal":null,"labels":{}})"));
  EXPECT_EQ(json["trials"][1]["reason"], "exit status 3");
  EXPECT_EQ(json["trials"][1]["exitCode"], 3);
  EXPECT_EQ(json["trials"][1]["objective"], nullptr);
  EXPECT_EQ(json["trials"][1]["metrics"], Json::object());
  EXPECT_EQ(json["trials"][2]["status"], "Running");
  EXPECT_EQ(json["trials"][3]["status"], "Pending");
  EXPECT_EQ(json["trials"][3]["start"], nullptr);
  EXPECT_EQ(json["trials"][3]["seconds"], nullptr);
  EXPECT_EQ(json["trials"][3]["host"], nullptr);
}

TEST(TrialsCsv, HasScalarsThenParametersThenMetrics) {
  const Mixed mixed;
  const Loaded loaded = load(mixed.sample.directory());

  const std::string csv = trials_csv(loaded, select(loaded, {.sort = "", .status = "Succeeded"}));

  EXPECT_EQ(csv,
            "trial,number,status,reason,objective,attempts,start,end,seconds,host,exitCode,signal,"
            "parameter.lr,parameter.batch,parameter.layers,parameter.width,"
            "metric.loss.min,metric.loss.max,metric.loss.latest,"
            "metric.accuracy.min,metric.accuracy.max,metric.accuracy.latest\n"
            "e-good,1,Succeeded,,0.25,1,2026-01-01T00:00:04.000000Z,2026-01-01T00:00:07.000000Z,3,"
            "n1,0,,0.01,64,3,1,0.25,0.5,0.3,0.9,0.9,0.9\n");
}

TEST(TrialsTable, TellsHowLongARunningTrialRuns) {
  Sample sample;
  sample.start(sample.suggest("runs", 0.02));
  sample.flush();
  const Loaded loaded = load(sample.directory());

  const std::string table =
      trials_table(loaded, select(loaded, {}), {.columns = 80, .colour = false});

  EXPECT_NE(table.find("Running"), std::string::npos) << table;
  EXPECT_EQ(table.find(" 0.0s"), std::string::npos) << table;
}

TEST(TrialsTable, TellsWhyATrialWasStoppedOrFailed) {
  Sample sample;
  const RunKey stopped = sample.start(sample.suggest("stopped", 0.01));
  sample.observe(stopped, 0, {0.5});
  sample.record(Pruned{stopped, "medianstop at step 4: its best 0.5 is worse than 0.25"});
  sample.end(stopped, RunOutcome::stopped, 0, "stopped");
  const RunKey failed = sample.start(sample.suggest("failed", 0.02));
  sample.end(failed, RunOutcome::failed, 3, "exit status 3");
  sample.close(75);
  const Loaded loaded = load(sample.directory());

  const std::string table =
      trials_table(loaded, select(loaded, {}), {.columns = 80, .colour = false});

  EXPECT_EQ(table,
            "#  TRIAL    STATUS        loss  TIME    lr  batch  layers  width  WHY\n"
            "1  stopped  EarlyStopped   0.5  3.0s  0.01  32          2    0.5  medianstop at…\n"
            "2  failed   Failed           -  1.0s  0.02  32          2    0.5  exit status 3\n");
}

TEST(TrialsTable, HasNoColumnForReasonsWhereThereIsNone) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.close(75);
  const Loaded loaded = load(sample.directory());

  const std::string table =
      trials_table(loaded, select(loaded, {}), {.columns = 80, .colour = false});

  EXPECT_EQ(table.find("WHY"), std::string::npos) << table;
}

TEST(TrialsTable, NamesTheColumnsForWhichThereIsNoRoom) {
  Sample sample;
  const RunKey failed = sample.start(sample.suggest("failed", 0.0123456, 1, 3));
  sample.end(failed, RunOutcome::failed, 3, "exit status 3");
  sample.succeed("good", 0.02, 0.5);
  sample.succeed("better", 0.03, 0.25);
  sample.close(75);
  const Loaded loaded = load(sample.directory());

  EXPECT_EQ(trials_table(loaded, select(loaded, {}), {.columns = 63}),
            "#  TRIAL   STATUS     loss  TIME       lr  batch  layers  width\n"
            "1  failed  Failed        -  1.0s  0.01235  64          3    0.5\n"
            "2  good    Succeeded   0.5  2.0s     0.02  32          2    0.5\n"
            "3  better  Succeeded  0.25  2.0s     0.03  32          2    0.5\n"
            "no room for WHY (-o csv has all)\n");
}

TEST(TrialsTable, TellsReasonsBeforeParametersWhereMostTrialsHaveOne) {
  const Mixed mixed;
  const Loaded loaded = load(mixed.sample.directory());

  EXPECT_EQ(trials_table(loaded, select(loaded, {.sort = "", .status = "Failed"}), {.columns = 56}),
            "#  TRIAL  STATUS  loss  TIME    lr  batch  WHY\n"
            "2  bad    Failed     -  1.0s  0.02  32     exit status 3\n"
            "no room for layers, width (-o csv has all)\n");
}

TEST(TrialsTable, FitsIntoThePage) {
  const Mixed mixed;
  const Loaded loaded = load(mixed.sample.directory());

  const std::string table =
      trials_table(loaded, select(loaded, {}), {.columns = 60, .colour = false});

  EXPECT_NE(table.find("good"), std::string::npos);
  for (std::size_t start = 0; start < table.size();) {
    const std::size_t end = table.find('\n', start);
    EXPECT_LE(width_of(table.substr(start, end - start)), 60U);
    start = end + 1;
  }
}

/// Two trials of two objectives, neither better in both.
class SeveralObjectives : public testing::Test {
 protected:
  SeveralObjectives() : sample(Sample::Owner::this_process, spec()) {
    for (const double loss : {0.25, 0.125}) {
      const RunKey run = sample.start(sample.suggest(loss == 0.25 ? "a" : "b", 0.01));
      sample.observe(run, 0, {loss});
      sample.observe(run, 1, {loss + 0.5});
      sample.end(run, RunOutcome::succeeded);
    }
    sample.close(0);
  }
  static std::string spec() {
    std::string text = test::sample_spec();
    const auto from = text.find("  objective:");
    text.replace(from, text.find("  algorithm:") - from,
                 "  objectives: [{type: minimize, objectiveMetricName: loss}, "
                 "{type: maximize, objectiveMetricName: accuracy}]\n");
    return text;
  }
  Sample sample;
};

TEST_F(SeveralObjectives, HaveAColumnEach) {
  const Loaded loaded = load(sample.directory());

  const std::string table =
      trials_table(loaded, select(loaded, {}), {.columns = 100, .colour = false});

  EXPECT_NE(table.find("loss  accuracy"), std::string::npos) << table;
  EXPECT_NE(table.find("0.25      0.75"), std::string::npos) << table;
}

TEST_F(SeveralObjectives, AreNamedWithTheirTypes) {
  const Loaded loaded = load(sample.directory());

  const Json json = Json::parse(json_text(trials_document(loaded, select(loaded, {}))));

  EXPECT_EQ(json["objective"], json["objectives"][0]);
  EXPECT_EQ(json["objectives"][1], Json::parse(R"({"metric":"accuracy","type":"maximize"})"));
}

TEST(Select, SortsWithThoseThatHaveNoValueLast) {
  Sample sample;
  sample.succeed("a", 0.03, 0.3);
  sample.suggest("waits", 0.01);
  sample.succeed("b", 0.02, 0.1);
  sample.close(75);
  const Loaded loaded = load(sample.directory());

  EXPECT_EQ(numbers(select(loaded, {.sort = "objective", .status = ""})),
            (std::vector<std::uint32_t>{3, 1, 2}));
  EXPECT_EQ(numbers(select(loaded, {.sort = "lr", .status = ""})),
            (std::vector<std::uint32_t>{2, 3, 1}));
  EXPECT_EQ(numbers(select(loaded, {.sort = "start", .status = ""})),
            (std::vector<std::uint32_t>{1, 3, 2}));
  EXPECT_EQ(numbers(select(loaded, {.sort = "", .status = "Pending"})),
            (std::vector<std::uint32_t>{2}));
}

TEST(Select, RefusesWhatThereIsNot) {
  const Mixed mixed;
  const Loaded loaded = load(mixed.sample.directory());

  EXPECT_THROW(select(loaded, {.sort = "lrr", .status = ""}), std::invalid_argument);
  EXPECT_THROW(select(loaded, {.sort = "", .status = "succeeded"}), std::invalid_argument);
}

TEST(Metrics, ShowsAllAttemptsAndNonFiniteValues) {
  Sample sample;
  const std::uint32_t trial = sample.suggest("a", 0.01);
  const RunKey first = sample.start(trial);
  sample.observe(first, 0, {0.5, std::numeric_limits<double>::quiet_NaN()}, 1);
  sample.end(first, RunOutcome::lost);
  const RunKey second = sample.start(trial);
  sample.observe(second, 0, {0.25}, 2);
  sample.flush();
  const Loaded loaded = load(sample.directory());

  const std::vector<Reading> all = readings(loaded, trial);
  const Json json =
      Json::parse(metrics_document(loaded, loaded.experiment.trial(trial), all, Markup::json));

  EXPECT_EQ(json["trial"], "e-a");
  ASSERT_EQ(json["observations"].size(), 3U);
  EXPECT_EQ(
      json["observations"][0],
      Json::parse(R"({"metric":"loss","step":1,"value":0.5,"time":"2026-01-01T00:00:05.000000Z",
                            "attempt":1})"));
  EXPECT_EQ(json["observations"][1]["value"], "nan");
  EXPECT_EQ(json["observations"][2]["attempt"], 2);
  EXPECT_EQ(metrics_csv(loaded, {all[2]}),
            "metric,step,value,time,attempt\nloss,2,0.25,2026-01-01T00:00:09.000000Z,2\n");
}

TEST(Curve, LetsALaterAttemptReplaceFromItsFirstStepOn) {
  const auto reading = [](std::uint32_t attempt, std::int64_t step, bool own) {
    Reading r;
    r.attempt = attempt;
    r.step = step;
    r.own_step = own;
    return r;
  };
  const auto steps = [](const std::vector<Reading>& all) {
    std::vector<std::pair<std::uint32_t, std::int64_t>> pairs;
    for (const Reading& r : curve(all)) {
      pairs.emplace_back(r.attempt, r.step);
    }
    return pairs;
  };
  using Pairs = std::vector<std::pair<std::uint32_t, std::int64_t>>;

  EXPECT_EQ(steps({reading(1, 1, true), reading(1, 2, true), reading(2, 2, true)}),
            (Pairs{{1, 1}, {2, 2}}));
  EXPECT_EQ(steps({reading(1, 1, false), reading(1, 2, false), reading(2, 1, false)}),
            (Pairs{{2, 1}}));
}

}  // namespace
}  // namespace diwan
